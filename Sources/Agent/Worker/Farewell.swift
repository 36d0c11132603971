import FlamencoAPI
import ManagerClient
import Wording

/// What a worker does before it ends: delivers what is waiting, then says goodbye, both within bounds.
package struct Farewell: Sendable {
    private let enrolment: Enrolment
    private let sender: UpdateSender
    private let flushTime: Duration
    private let comesBack: Bool
    private let clock: any Clock<Duration>
    private let log: Log

    /// How long a manager that does not answer may hold up the end (protocol of the contract).
    static let signOffTime = Duration.seconds(3)

    /// - Parameters:
    ///   - flushTime: how long delivering may take.
    ///   - comesBack: whether a next start delivers the rest.
    package init(
        enrolment: Enrolment, sender: UpdateSender, flushTime: Duration, comesBack: Bool = true,
        clock: any Clock<Duration>, log: Log
    ) {
        self.enrolment = enrolment
        self.sender = sender
        self.flushTime = flushTime
        self.comesBack = comesBack
        self.clock = clock
        self.log = log
    }

    /// Says goodbye; returns in bounded time whatever the manager does.
    ///
    /// Unless everything was delivered, a worker that comes back leaves without a word: a manager that hears of it gives the
    /// task to another worker, and what is kept about it, its outcome perhaps, could not be delivered by the next start.
    /// One that does not come back signs off all the same, just so that another worker gets the task.
    ///
    /// - Parameters:
    ///   - signedOn: whether the worker ever said hello.
    ///   - exit: what the worker is leaving for.
    package func say(signedOn: Bool, leavingFor exit: WorkerExit = .stop) async {
        guard signedOn, await enrolment.credentials != nil else { return }
        if await !sender.flush(within: flushTime) {
            let problem = "not everything could be delivered within \(DurationText.words(flushTime))"
            if comesBack {
                log.warning("\(problem); it is kept for the next start, and the worker does not sign off until then")
                return
            }
            let left = sender.counters
            let tasks = left.tasksWaiting == 1 ? "1 task" : "\(left.tasksWaiting) tasks"
            log.error(
                "\(problem): \(ByteCountText.words(left.bytesWaiting)) of log and the outcome of \(tasks) are lost with"
                    + " this worker, which keeps nothing; the manager has to give the work to another")
        }
        do {
            try await within(Self.signOffTime, on: clock) { [enrolment] in
                let change = WorkerStateChanged(status: exit == .restart ? .restart : .shutdown)
                // A manager that does not know the state all the same wants to know that the worker goes.
                try? await enrolment.ask { try await $0.stateChanged(change, as: $1) }
                try await enrolment.ask { try await $0.signOff(as: $1) }
            }
            log.info("signed off")
        } catch {
            log.warning("could not sign off: \(error)")
        }
    }
}
