import FlamencoAPI
import FoundationEssentials

/// A worker of a farm.
struct WorkerRecord: Hashable, Sendable {
    let id: String
    /// Its number in the order of registration.
    let number: Int
    let secret: String
    var name: String
    var address: String
    let platform: String
    var supportedTaskTypes: [String]
    var software = ""
    /// Whether it is started again after it exits for a restart.
    var canRestart = false
    /// Its status; empty until its first sign-on, as with Flamenco.
    var status = WorkerStatus.unknown("")
    /// The status before the worker was lost, to which it returns when it responds again.
    var statusBeforeLoss: WorkerStatus?
    /// The requested status.
    var request: WorkerStatusChangeRequest?
    /// Whether a task was taken back that it may still be running.
    var hasToStop = false
    /// The task assigned to it.
    var task: TaskPlace?
    /// The task that is or was last assigned to it, for users.
    var lastTask: TaskPlace?
    var lastSeen: Date
    /// The UUIDs of its tags.
    var tags: Set<String> = []
    var schedule: WorkerSleepSchedule?
    /// The last request of the schedule, so that it is made only once.
    var scheduled: WorkerStatus?

    /// Whether the worker is expected to send requests.
    var isPresent: Bool {
        switch status {
        case .offline, .shutdown, .error: false
        default: hasSignedOn
        }
    }

    /// Whether it ever signed on.
    var hasSignedOn: Bool { status != .unknown("") }

    /// The request that it has to fulfil now; a lazy one waits for the end of the task.
    var dueRequest: WorkerStatusChangeRequest? {
        request.flatMap { $0.isLazy && task != nil ? nil : $0 }
    }
}

extension WorkerStatusChangeRequest {
    /// Whether a worker that reports a status has fulfilled the request as well as it can.
    func isAnswered(by answer: WorkerStatus) -> Bool {
        if answer == status { return true }
        return switch status {
        // The names of one status in 2022 and in Flamenco 3; in 2022 there is no other name for restarting either.
        case .shutdown, .offline, .restart: answer == .shutdown || answer == .offline
        default: false
        }
    }

    /// Whether it asks a worker to exit, so that it is fulfilled when the worker signs off.
    var isToGo: Bool { status == .shutdown || status == .offline || status == .restart }
}
