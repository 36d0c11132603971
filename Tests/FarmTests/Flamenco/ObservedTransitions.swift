/// What Flamenco 3.9 was seen to do with every status that can be asked of a job, a task and a worker.
///
/// A job is written in letters. First, in lower case, its state: queued `q`, active `a`, paused `p`, pause-requested `r`,
/// completed `c`, failed `f`, canceled `x`, under-construction `u`. Then its three tasks: `Q`, `A`, `P`, `C`, `F`, `X`, and
/// soft-failed `S`. Each row says how the job came about, how that looks, and after the bar what it looks like when each
/// of the statuses above the table is asked for. Nothing was refused.
enum ObservedTransitions {
    static let jobStatuses =
        "queued paused pause-requested cancel-requested requeueing active completed failed canceled under-construction"

    /// What people ask of a job.
    static let ofJobs = """
        submitted                          qQQQ | qQQQ pQQQ pPPP xXXX qQQQ aQQQ cQQQ fXXX xQQQ uQQQ
        submitted paused                   pQQQ | qQQQ pQQQ pPPP xXXX qQQQ aQQQ cQQQ fXXX xQQQ uQQQ
        begun A                            aAQQ | qAQQ pAQQ rAPP xXXX qAQQ aAQQ cAQQ fXXX xAQQ uAQQ
        begun C                            aCQQ | qCQQ pCQQ pCPP xCXX qCQQ aCQQ cCQQ fCXX xCQQ uCQQ
        begun CA                           aCAQ | qCAQ pCAQ rCAP xCXX qCAQ aCAQ cCAQ fCXX xCAQ uCAQ
        begun A, pause-requested           rAPP | qAPP pAPP rAPP xXPP qAQQ aAPP cAPP fXPP xAPP uAPP
        begun C, pause-requested           pCPP | qCPP pCPP pCPP xCPP qCQQ aCPP cCPP fCPP xCPP uCPP
        submitted, cancel-requested        xXXX | qXXX pXXX pXXX xXXX qQQQ aXXX cXXX fXXX xXXX uXXX
        begun C, cancel-requested          xCXX | qCXX pCXX pCXX xCXX qCQQ aCXX cCXX fCXX xCXX uCXX
        begun A, cancel-requested          xXXX | qXXX pXXX pXXX xXXX qQQQ aXXX cXXX fXXX xXXX uXXX
        begun CCC                          cCCC | cCCC pCCC pCCC xCCC qQQQ aCCC cCCC fCCC xCCC uCCC
        submitted, first failed            fFXX | qFXX pFXX pFXX xFXX qQQQ aFXX cFXX fFXX xFXX uFXX
        """

    static let taskStatuses = "queued canceled failed completed active paused soft-failed"

    /// What people ask of the first or the third task.
    static let ofTasks = """
        submitted / 1                      qQQQ | qQQQ qXQQ fFXX aCQQ aAQQ qPQQ aSQQ
        submitted / 3                      qQQQ | qQQQ qQQX fXXF aQQC aQQA qQQP aQQS
        submitted paused / 1               pQQQ | pQQQ pXQQ fFXX pCQQ aAQQ pPQQ aSQQ
        submitted paused / 3               pQQQ | pQQQ pQQX fXXF pQQC aQQA pQQP aQQS
        begun A / 1                        aAQQ | aQQQ aXQQ fFXX aCQQ aAQQ aPQQ aSQQ
        begun A / 3                        aAQQ | aAQQ aAQX fXXF aAQC aAQA aAQP aAQS
        begun C / 1                        aCQQ | aQQQ aXQQ fFXX aCQQ aAQQ aPQQ aSQQ
        begun C / 3                        aCQQ | aCQQ aCQX fCXF aCQC aCQA aCQP aCQS
        begun CA / 1                       aCAQ | aQAQ aXAQ fFXX aCAQ aAAQ aPAQ aSAQ
        begun CA / 3                       aCAQ | aCAQ aCAX fCXF aCAC aCAA aCAP aCAS
        begun A, pause-requested / 1       rAPP | rQPP xXPP fFPP pCPP aAPP pPPP aSPP
        begun A, pause-requested / 3       rAPP | rAPQ rAPX fXPF rAPC aAPA rAPP aAPS
        begun C, pause-requested / 1       pCPP | pQPP xXPP fFPP pCPP aAPP pPPP aSPP
        begun C, pause-requested / 3       pCPP | pCPQ xCPX fCPF pCPC aCPA pCPP aCPS
        submitted, cancel-requested / 1    xXXX | xQXX xXXX fFXX xCXX aAXX xPXX aSXX
        submitted, cancel-requested / 3    xXXX | xXXQ xXXX fXXF xXXC aXXA xXXP aXXS
        begun C, cancel-requested / 1      xCXX | xQXX xXXX fFXX xCXX aAXX xPXX aSXX
        begun C, cancel-requested / 3      xCXX | xCXQ xCXX fCXF xCXC aCXA xCXP aCXS
        begun A, cancel-requested / 1      xXXX | xQXX xXXX fFXX xCXX aAXX xPXX aSXX
        begun A, cancel-requested / 3      xXXX | xXXQ xXXX fXXF xXXC aXXA xXXP aXXS
        begun CCC / 1                      cCCC | qQQQ xXCC fFCC cCCC aACC cPCC aSCC
        begun CCC / 3                      cCCC | qQQQ xCCX fCCF cCCC aCCA cCCP aCCS
        submitted, first failed / 1        fFXX | fQXX xXXX fFXX fCXX aAXX fPXX aSXX
        submitted, first failed / 3        fFXX | fFXQ xFXX fFXF fFXC aFXA fFXP aFXS
        """

    static let reportedStatuses = "active completed failed"

    /// What the worker says of the task that it had, after the last word of the history was asked of its job.
    static let lateWords = """
        begun A, pause-requested           rAPP | rAPP pCPP aSPP
        begun A, cancel-requested          xXXX | aAXX xCXX aSXX
        begun A, requeueing                qAQQ | qAQQ aCQQ aSQQ
        begun CA, pause-requested          rCAP | rCAP pCCP aCSP
        begun CA, cancel-requested         xCXX | aCAX xCCX aCSX
        begun CA, requeueing               qCAQ | qCAQ aCCQ aCSQ
        """

    /// What is asked of a worker that is awake, and what it does: with the state that it is in afterwards and, after `>`,
    /// the one that it is still asked for. `~` is a request that is lazy (`*`) or not, with the same outcome; `STATE` is
    /// error, starting or testing.
    static let ofWorkersAsked = """
        ask asleep~: awake>asleep~; poll asleep; task asleep; say asleep: asleep; poll -
        ask asleep~: awake>asleep~; off: offline>asleep~; on asleep: starting>asleep~; poll asleep
        ask asleep~: awake>asleep~; ask awake*: awake; poll -
        ask asleep~: awake>asleep~; say asleep: asleep; poll -; off: offline>asleep; on asleep: starting>asleep
        ask offline~: awake>offline~; poll offline; task offline; say asleep: asleep>offline~; poll offline
        ask offline~: awake>offline~; off: offline>awake; on awake: starting>awake; poll awake
        ask offline~: awake>offline~; ask awake*: awake; poll -
        ask offline~: awake>offline~; say offline: offline; poll -; off: offline; on awake: starting
        ask restart~: refused; poll -; task -; say asleep: asleep; poll -
        ask restart~: refused; off: offline>awake; on awake: starting>awake; poll awake
        ask restart~: refused; ask awake*: awake; poll -
        ask restart~: refused; say restart: restart; poll -; off: offline; on awake: starting
        ask awake~: awake; poll -; task -; say asleep: asleep; poll -
        ask awake~: awake; off: offline>awake; on awake: starting>awake; poll awake
        ask awake~: awake; ask awake*: awake; poll -
        ask awake~: awake; say awake: awake; poll -; off: offline>awake; on awake: starting>awake
        ask STATE~: awake>STATE~; poll STATE; task STATE; say asleep: asleep>STATE~; poll STATE
        ask STATE~: awake>STATE~; off: offline>STATE~; on STATE: starting>STATE~; poll STATE
        ask STATE~: awake>STATE~; ask awake*: awake; poll -
        ask STATE~: awake>STATE~; say STATE: STATE; poll -; off: offline; on awake: starting
        """

    /// What a worker does that was just signed on for the first time, nothing being asked of it.
    static let ofWorkers = """
        say asleep: asleep; off: offline>asleep; on asleep: starting>asleep
        say awake: awake; off: offline>awake; on awake: starting>awake
        say error: error; off: offline; on awake: starting
        off: offline; poll -; say awake: awake; task -
        """
}
