extension AgentStatus {
    /// What the agent does, in one line for a service manager.
    package var sentence: String {
        var work = task?.sentence ?? idleWords
        // While no task runs, the storage problem is the idle reason.
        if let storageProblem, task != nil { work = "\(storageProblem); \(work)" }
        if state == .stopping { return task == nil ? "stopping" : "stopping; \(work)" }
        if task != nil, let sleepReasons { work += "; then asleep: \(sleepReasons.text())" }
        guard let outage = manager.outage else { return work }
        return "\(outage.reason); \(work)"
    }

    /// Describes the state while no task runs.
    private var idleWords: String {
        if !isSignedOn { return "signing on" }
        guard state == .awake else { return state.rawValue + (sleepReasons.map { ": \($0.text())" } ?? "") }
        // An unanswering manager is mentioned separately.
        guard let idleReason, manager.outage == nil else { return "awake, waiting for a task" }
        return "accepting no tasks: \(idleReason)"
    }
}

extension AgentStatus.RunningTask {
    /// Describes the running task, as in `rendering task shot-3 of job …, 2 of 3`.
    package var sentence: String {
        let words = "\(verb) task \(name) of job \(jobId.shortID)"
        return progressWords.map { "\(words), \($0)" } ?? words
    }

    /// The verb for tasks of its type.
    package var verb: String {
        switch taskType {
        case "blender": "rendering"
        case "ffmpeg": "encoding"
        default: "running"
        }
    }

    /// The progress: steps if their number is known, otherwise the fraction that is done, otherwise the command's
    /// activity.
    package var progressWords: String? {
        if let stepsTotal, stepsTotal > 0 { return "\(stepsCompleted) of \(stepsTotal)" }
        if let progress { return "\(Int(progress * 100)) %" }
        if let activity { return activity }
        guard let command, command.count > 1 else { return nil }
        return "command \(command.number) of \(command.count)"
    }
}
