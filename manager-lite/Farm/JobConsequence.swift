import FlamencoAPI

/// How many tasks of a job there are in each state.
typealias TaskCounts = [TaskStatus: Int]

/// What follows in a job from a request for its state, or from a new state of one of its tasks: a rule without a farm, as
/// observed on Flamenco 3.9.
struct JobConsequence: Hashable {
    /// The new state of the job.
    var status: JobStatus
    /// The tasks that change their state, all those in one state alike.
    var moves: [TaskStatus: TaskStatus] = [:]

    /// What follows when a person asks for a state of the job.
    ///
    /// Four states are more than a word: cancelling and failing end what is not paused, pausing waits for what runs,
    /// queueing anew takes back what ended. Every other state is simply taken, tasks left as they are.
    init(ofAsking asked: JobStatus, of status: JobStatus, _ counts: TaskCounts) {
        let isCompleted = counts.isAll(.completed)
        switch asked {
        case .queued:
            self.init(status: isCompleted ? .completed : .queued)
        case .pauseRequested:
            self.init(
                status: counts.has(.active) ? .pauseRequested : .paused,
                moves: [.queued: .paused, .softFailed: .paused])
        case .cancelRequested:
            self.init(status: .canceled, moves: Self.canceling)
        case .failed, .failRequested:
            self.init(status: .failed, moves: Self.canceling)
        case .requeueing, .requeued:
            self.init(requeueing: status == .completed || isCompleted)
        default:
            self.init(status: asked)
        }
    }

    /// What follows when a task is in a state, the new one or the same again, with which it is counted already.
    init(ofTask task: TaskStatus, in status: JobStatus, _ counts: TaskCounts) {
        switch task {
        case .active, .softFailed:
            self.init(status: .active)
        case .failed:
            self.init(status: .failed, moves: Self.canceling)
        case .completed where counts.isAll(.completed):
            self.init(status: .completed)
        case .completed where status == .queued:
            self.init(status: .active)
        case .completed where status == .pauseRequested && !counts.has(.active),
            .paused where status == .pauseRequested && !counts.has(.active):
            self.init(status: .paused)
        case .canceled where !counts.has(.queued) && !counts.has(.active) && !counts.has(.softFailed):
            self.init(status: .canceled)
        case .queued where status == .completed:
            self.init(requeueing: true)
        default:
            self.init(status: status)
        }
    }

    private init(status: JobStatus, moves: [TaskStatus: TaskStatus] = [:]) {
        self.status = status
        self.moves = moves
    }

    /// Everything that does not run is queued again; what is completed only on request.
    private init(requeueing completedToo: Bool) {
        self.init(status: .queued)
        for status in [TaskStatus.canceled, .failed, .softFailed, .paused] + (completedToo ? [.completed] : []) {
            moves[status] = .queued
        }
    }

    private static let canceling: [TaskStatus: TaskStatus] = [
        .queued: .canceled, .active: .canceled, .softFailed: .canceled,
    ]
}

extension TaskCounts {
    fileprivate func has(_ status: TaskStatus) -> Bool { self[status] ?? 0 > 0 }

    /// Whether there are tasks, and all of them are in one state.
    fileprivate func isAll(_ status: TaskStatus) -> Bool {
        has(status) && !contains { $0.key != status && $0.value > 0 }
    }
}
