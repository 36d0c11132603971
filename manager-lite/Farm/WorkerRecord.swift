import FlamencoAPI
import FoundationEssentials

/// A worker as the farm keeps it.
struct WorkerRecord: Hashable, Sendable {
    let id: String
    /// Which one in the order of registration.
    let number: Int
    let secret: String
    var name: String
    var address: String
    let platform: String
    var supportedTaskTypes: [String]
    var software = ""
    /// Whether something starts it again when it leaves to be restarted.
    var canRestart = false
    /// The state that it is in; empty until it signs on for the first time, as with Flamenco.
    var status = WorkerStatus.unknown("")
    /// The state before the worker was lost, which it is in again when it is heard of.
    var statusBeforeLoss: WorkerStatus?
    /// The state that somebody asked it to go to.
    var request: WorkerStatusChangeRequest?
    /// Whether a task was taken from it that it may still be running.
    var hasToStop = false
    /// The task that it has.
    var task: TaskPlace?
    /// The task that it has or had last, for people to see.
    var lastTask: TaskPlace?
    var lastSeen: Date
    /// The identities of its tags.
    var tags: Set<String> = []
    var schedule: WorkerSleepSchedule?
    /// What the schedule last asked for, so that it asks once.
    var scheduled: WorkerStatus?

    /// Whether the worker is expected to be heard of.
    var isPresent: Bool {
        switch status {
        case .offline, .shutdown, .error: false
        default: hasSignedOn
        }
    }

    /// Whether it ever came to work.
    var hasSignedOn: Bool { status != .unknown("") }

    /// The request that it has to follow now; a lazy one waits for the end of the task.
    var dueRequest: WorkerStatusChangeRequest? {
        request.flatMap { $0.isLazy && task != nil ? nil : $0 }
    }
}

extension WorkerStatusChangeRequest {
    /// Whether a worker that says it is in a state has followed the request as well as it can.
    func isAnswered(by answer: WorkerStatus) -> Bool {
        if answer == status { return true }
        return switch status {
        // The two names of one state, in 2022 and in Flamenco 3; in 2022 there is no other word for restarting either.
        case .shutdown, .offline, .restart: answer == .shutdown || answer == .offline
        default: false
        }
    }

    /// Whether it asks a worker to go, so that one that went is done with it.
    var isToGo: Bool { status == .shutdown || status == .offline || status == .restart }
}
