/// A task in a list (Flamenco 3: `TaskSummary`).
public struct TaskSummary: Codable, Hashable, Sendable {
    /// The UUID of the task.
    public var id: String
    /// The name shown to users.
    public var name: String
    /// The position of the task in its job, from 1.
    public var indexInJob: Int
    /// The status of the task.
    public var status: TaskStatus
    /// The priority within the job; higher goes first.
    public var priority: Int
    /// The type of the task, which determines the workers that can run it.
    public var taskType: String
    /// When the task was last updated.
    public var updated: Timestamp
    /// The worker that the task is or was last assigned to.
    @NobodyWhenAbsent public var worker: TaskWorker?
    /// The number of completed steps; nil if the manager does not report it.
    public var stepsCompleted: Int?
    /// The total number of steps; nil if the manager does not report it.
    public var stepsTotal: Int?

    /// Creates a task in a list.
    public init(
        id: String, name: String, indexInJob: Int, status: TaskStatus, priority: Int, taskType: String,
        updated: Timestamp, worker: TaskWorker? = nil, stepsCompleted: Int? = nil, stepsTotal: Int? = nil
    ) {
        self.id = id
        self.name = name
        self.indexInJob = indexInJob
        self.status = status
        self.priority = priority
        self.taskType = taskType
        self.updated = updated
        self.worker = worker
        self.stepsCompleted = stepsCompleted
        self.stepsTotal = stepsTotal
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, status, priority, updated, worker
        case indexInJob = "index_in_job"
        case taskType = "task_type"
        case stepsCompleted = "steps_completed"
        case stepsTotal = "steps_total"
    }
}

/// The tasks of a job (Flamenco 3: `JobTasksSummary`).
public struct JobTasksSummary: Codable, Hashable, Sendable {
    /// The tasks, in the order of the job.
    public var tasks: [TaskSummary]

    /// Creates a list of tasks.
    public init(tasks: [TaskSummary]) { self.tasks = tasks }
}

/// The details of a task (Flamenco 3: `Task`).
public struct TaskDetails: Codable, Hashable, Sendable {
    /// The UUID of the task.
    public var id: String
    /// When the task was created.
    public var created: Timestamp
    /// When the task was last updated.
    public var updated: Timestamp
    /// The UUID of its job.
    public var jobID: String
    /// The name shown to users.
    public var name: String
    /// The position of the task in its job, from 1.
    public var indexInJob: Int
    /// The status of the task.
    public var status: TaskStatus
    /// The priority within the job; higher goes first.
    public var priority: Int
    /// The type of the task, which determines the workers that can run it.
    public var taskType: String
    /// The activity last reported by the worker.
    public var activity: String
    /// The commands in order, with variables not replaced yet.
    public var commands: [Command]
    /// The worker that the task is or was last assigned to.
    @NobodyWhenAbsent public var worker: TaskWorker?
    /// The workers on which the task failed since it was last queued by a user.
    public var failedByWorkers: [TaskWorker]?
    /// When the worker last sent an update of the task.
    public var lastTouched: Timestamp?
    /// The number of completed steps; nil if the manager does not report it.
    public var stepsCompleted: Int?
    /// The total number of steps; nil if the manager does not report it.
    public var stepsTotal: Int?

    /// Creates the details of a task.
    public init(
        id: String, created: Timestamp, updated: Timestamp, jobID: String, name: String, indexInJob: Int,
        status: TaskStatus, priority: Int, taskType: String, activity: String, commands: [Command],
        worker: TaskWorker? = nil, failedByWorkers: [TaskWorker]? = nil, lastTouched: Timestamp? = nil,
        stepsCompleted: Int? = nil, stepsTotal: Int? = nil
    ) {
        self.id = id
        self.created = created
        self.updated = updated
        self.jobID = jobID
        self.name = name
        self.indexInJob = indexInJob
        self.status = status
        self.priority = priority
        self.taskType = taskType
        self.activity = activity
        self.commands = commands
        self.worker = worker
        self.failedByWorkers = failedByWorkers
        self.lastTouched = lastTouched
        self.stepsCompleted = stepsCompleted
        self.stepsTotal = stepsTotal
    }

    private enum CodingKeys: String, CodingKey {
        case id, created, updated, name, status, priority, activity, commands, worker
        case jobID = "job_id"
        case indexInJob = "index_in_job"
        case taskType = "task_type"
        case stepsCompleted = "steps_completed"
        case stepsTotal = "steps_total"
        case failedByWorkers = "failed_by_workers"
        case lastTouched = "last_touched"
    }
}

/// The worker of a task (Flamenco 3: `TaskWorker`).
public struct TaskWorker: Codable, Hashable, Sendable {
    /// The UUID of the worker.
    public var id: String
    /// The name shown to users.
    public var name: String
    /// The network address.
    public var address: String

    /// Creates a worker of a task.
    public init(id: String, name: String, address: String) {
        self.id = id
        self.name = name
        self.address = address
    }
}

/// The worker of a task, or nil: encoded as a worker with empty members, as in Flamenco 3.
@propertyWrapper
public struct NobodyWhenAbsent: Codable, Hashable, Sendable {
    /// The worker.
    public var wrappedValue: TaskWorker?

    /// Creates the wrapper.
    public init(wrappedValue: TaskWorker?) { self.wrappedValue = wrappedValue }

    /// Decodes a worker; one without an ID becomes nil.
    public init(from decoder: any Decoder) throws {
        let worker = try TaskWorker(from: decoder)
        wrappedValue = worker.id.isEmpty ? nil : worker
    }

    /// Encodes the worker.
    public func encode(to encoder: any Encoder) throws {
        try (wrappedValue ?? TaskWorker(id: "", name: "", address: "")).encode(to: encoder)
    }
}

extension KeyedDecodingContainer {
    /// Decodes a worker that may be missing.
    func decode(_ type: NobodyWhenAbsent.Type, forKey key: Key) throws -> NobodyWhenAbsent {
        try decodeIfPresent(type, forKey: key) ?? NobodyWhenAbsent(wrappedValue: nil)
    }
}

/// The location of a task's log (Flamenco 3: `TaskLogInfo`).
public struct TaskLogInfo: Codable, Hashable, Sendable {
    /// The UUID of the task.
    public var taskID: String
    /// The UUID of its job.
    public var jobID: String
    /// The size in bytes.
    public var size: Int
    /// The URL of the whole log.
    public var url: String

    /// Creates the location of a log.
    public init(taskID: String, jobID: String, size: Int, url: String) {
        self.taskID = taskID
        self.jobID = jobID
        self.size = size
        self.url = url
    }

    private enum CodingKeys: String, CodingKey {
        case size, url
        case taskID = "task_id"
        case jobID = "job_id"
    }
}
