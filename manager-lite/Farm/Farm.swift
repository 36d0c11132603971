import FlamencoAPI
package import FoundationEssentials
package import JobTypes

/// The state of a farm and every rule about it: jobs, tasks and workers, who works on what, and what follows when that
/// fails.
///
/// A farm is a value: each request is a method that changes it and gives the answer. It does no I/O, has no clock and no
/// randomness: the time and a source of randomness come with the requests. As bytes (``archive()``), it can be kept in a
/// file; job types are code and do not go with it.
///
/// Identities are UUIDs in lower case; those that come in are not told apart by case.
package struct Farm: Sendable {
    package var jobTypes: JobTypeRegistry
    package var rules: FarmRules
    package var variables: Variables
    /// What happened: every change of the state of a job, a task or a worker.
    package internal(set) var trail = EventTrail()

    // Jobs and tasks are spoken of by numbers inside; the identities lead to them.
    var jobs: [Int: JobRecord] = [:]
    var workers: [String: WorkerRecord] = [:]
    var nextJobNumber = 0
    var nextWorkerNumber = 0
    /// The tags of workers, in the order in which they were made.
    var tags: [WorkerTag] = []

    // What follows from the above, kept for speed.
    var jobNumbers: [String: Int] = [:]
    var taskPlaces: [Identity: TaskPlace] = [:]
    var runnable = RunnableTasks()
    var softFailed: Set<TaskPlace> = []

    /// When the manager began to listen, or went on after it had stood still.
    var listensSince: Date?

    /// What has changed since somebody looked; absent while nobody watches.
    var changes: FarmChanges?

    /// A farm without jobs and workers.
    package init(
        jobTypes: JobTypeRegistry = .builtin, rules: FarmRules = FarmRules(), variables: Variables = .standard
    ) {
        self.jobTypes = jobTypes
        self.rules = rules
        self.variables = variables
    }
}

extension Farm {
    /// Enters a job that is new here into all that follows from the jobs.
    mutating func index(_ job: JobRecord) {
        jobNumbers[job.id] = job.number
        for (index, task) in job.tasks.enumerated() {
            let place = TaskPlace(job: job.number, index: index)
            taskPlaces[task.id] = place
            if job.isOpen, task.waitsForWorker, task.waitingFor == 0 { runnable.set(true, index, of: job) }
            if task.status == .softFailed { softFailed.insert(place) }
        }
    }
}

extension Farm: Equatable {
    /// Whether both farms are in the same state; job types do not count.
    package static func == (left: Farm, right: Farm) -> Bool {
        left.rules == right.rules && left.variables == right.variables && left.trail == right.trail
            && left.jobs == right.jobs && left.workers == right.workers
            && left.nextJobNumber == right.nextJobNumber && left.nextWorkerNumber == right.nextWorkerNumber
            && left.tags == right.tags
    }
}

/// The numbers in the rules of a farm.
package struct FarmRules: Codable, Hashable, Sendable {
    /// For how many seconds after its own start the manager takes no silence amiss that began before. Stored with no farm, so
    /// that the state files of earlier versions can be read.
    package static let startGrace: Double = 300

    /// After how many seconds without a word a worker counts as lost.
    package var workerTimeout: Double = 60
    /// After how many seconds without an update a task counts as stuck.
    package var taskTimeout: Double = 600
    /// For how many seconds a worker that went away or was lost still counts as one that may retry a task.
    package var absence: Double = 600
    /// After how many workers failed at a task it has failed for good.
    package var failuresOfTask = 3
    /// After how many failures at tasks of a type in a job a worker gets no more of them.
    package var failuresOfWorker = 3
    /// Whether what is otherwise only warned of is a reason to refuse a job.
    package var isStrict = false
    /// The time zone of sleep schedules; nil is that of this machine.
    package var timeZone: TimeZone?
    /// How many tasks a job may have.
    package var tasksPerJob = TaskList.Limits().tasks
    /// How many bytes of a task's log are kept.
    package var logLimit = 64 << 20
    /// How many events are kept.
    package var eventLimit = 10_000

    package init() {}
}

/// Why a farm refuses a request: the kind of refusal, and one sentence for the person who reads it.
package struct FarmError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of refusal; the raw value is the HTTP status that says so.
    package enum Status: Int, Hashable, Sendable {
        /// The request makes no sense by itself.
        case badRequest = 400
        /// The caller is not who it says it is.
        case forbidden = 403
        /// There is nothing of this identity.
        case notFound = 404
        /// The request makes no sense in the state that things are in.
        case conflict = 409
        /// The caller relies on something that is not so, or not any more.
        case preconditionFailed = 412
        /// Nothing is in the range that was asked for.
        case nothingInRange = 416
    }

    package let status: Status
    /// One sentence without a full stop.
    package let description: String

    package init(_ status: Status, _ description: String) {
        self.status = status
        self.description = description
    }
}
