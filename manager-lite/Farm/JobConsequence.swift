import FlamencoAPI

/// The number of tasks of a job in each status.
typealias TaskCounts = [TaskStatus: Int]

/// The consequences for a job of a requested status, or of the new status of one of its tasks: a rule without a farm,
/// as observed on Flamenco 3.9.
struct JobConsequence: Hashable {
    /// The new status of the job.
    var status: JobStatus
    /// The tasks that change their status, all those with one status alike.
    var moves: [TaskStatus: TaskStatus] = [:]

    /// The consequences of a job status requested by a user.
    ///
    /// Four statuses have consequences: cancelling and failing end all tasks that are not paused, pausing waits for
    /// running tasks, requeueing queues ended tasks again. Any other status is simply set, without changing tasks.
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

    /// The consequences of the status of a task, new or repeated, which is already included in `counts`.
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

    /// Queues everything again that is not running; completed tasks only on request.
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

    /// Whether there are tasks, and all of them have one status.
    fileprivate func isAll(_ status: TaskStatus) -> Bool {
        has(status) && !contains { $0.key != status && $0.value > 0 }
    }
}
