import FlamencoAPI
package import FoundationEssentials
package import JobTypes

/// The state of a farm and all of its rules: jobs, tasks and workers, the assignment of tasks, and the handling of
/// failures.
///
/// A farm is a value: each request is a method that changes it and returns the answer. It does no I/O, and has no clock
/// and no randomness: the time and a source of random numbers are passed with the requests. It can be serialised to
/// bytes (``archive()``) for a file; job types are code and are not included.
///
/// IDs are lower-case UUIDs; received ones are compared ignoring case.
package struct Farm: Sendable {
    package var jobTypes: JobTypeRegistry
    package var rules: FarmRules
    package var variables: Variables
    /// The events: every change of the status of a job, a task or a worker.
    package internal(set) var trail = EventTrail()

    // Jobs and tasks are identified by numbers internally; these are found by UUID.
    var jobs: [Int: JobRecord] = [:]
    var workers: [String: WorkerRecord] = [:]
    var nextJobNumber = 0
    var nextWorkerNumber = 0
    /// The worker tags, in order of creation.
    var tags: [WorkerTag] = []

    // Derived from the above, for speed.
    var jobNumbers: [String: Int] = [:]
    var taskPlaces: [Identity: TaskPlace] = [:]
    var runnable = RunnableTasks()
    var softFailed: Set<TaskPlace> = []

    /// When the manager started to receive requests, or continued after it was suspended.
    var listensSince: Date?

    /// The changes since the last query; nil while nobody watches.
    var changes: FarmChanges?

    /// Creates a farm without jobs and workers.
    package init(
        jobTypes: JobTypeRegistry = .builtin, rules: FarmRules = FarmRules(), variables: Variables = .standard
    ) {
        self.jobTypes = jobTypes
        self.rules = rules
        self.variables = variables
    }
}

extension Farm {
    /// Updates everything derived from the jobs for a new job.
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
    /// Whether both farms are in the same state, ignoring job types.
    package static func == (left: Farm, right: Farm) -> Bool {
        left.rules == right.rules && left.variables == right.variables && left.trail == right.trail
            && left.jobs == right.jobs && left.workers == right.workers
            && left.nextJobNumber == right.nextJobNumber && left.nextWorkerNumber == right.nextWorkerNumber
            && left.tags == right.tags
    }
}

/// The configurable limits of a farm.
package struct FarmRules: Codable, Hashable, Sendable {
    /// How many seconds after its own start the manager ignores timeouts that began before. Not stored with a farm, so
    /// that the state files of earlier versions can be read.
    package static let startGrace: Double = 300

    /// Seconds without a request after which a worker is lost.
    package var workerTimeout: Double = 60
    /// Seconds without an update after which a task is stuck.
    package var taskTimeout: Double = 600
    /// How many seconds a worker that is offline or lost still counts as one that may retry a task.
    package var absence: Double = 600
    /// The number of workers on which a task must have failed to be failed.
    package var failuresOfTask = 3
    /// The number of failed tasks of a type in a job after which a worker is blocked from them.
    package var failuresOfWorker = 3
    /// Whether warnings are reasons to reject a job.
    package var isStrict = false
    /// The time zone of sleep schedules; if nil, that of this machine.
    package var timeZone: TimeZone?
    /// Maximum number of tasks of a job.
    package var tasksPerJob = TaskList.Limits().tasks
    /// Maximum size of a task's log in bytes.
    package var logLimit = 64 << 20
    /// The number of events to keep.
    package var eventLimit = 10_000

    package init() {}
}

/// Why a farm rejects a request: the kind of error, and one sentence for users.
package struct FarmError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of error; the raw value is its HTTP status.
    package enum Status: Int, Hashable, Sendable {
        /// The request itself is invalid.
        case badRequest = 400
        /// The credentials of the caller are wrong.
        case forbidden = 403
        /// There is no object with this ID.
        case notFound = 404
        /// The request is not possible in the current state.
        case conflict = 409
        /// The caller relies on a condition that is not, or no longer, true.
        case preconditionFailed = 412
        /// There is nothing in the requested range.
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
