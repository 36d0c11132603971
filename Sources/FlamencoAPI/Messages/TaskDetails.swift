/// A task in a list (Flamenco 3: `TaskSummary`).
public struct TaskSummary: Codable, Hashable, Sendable {
    /// The identity of the task.
    public var id: String
    /// The name that people see.
    public var name: String
    /// The place of the task in its job, from 1.
    public var indexInJob: Int
    /// The state of the task.
    public var status: TaskStatus
    /// The priority within the job; higher goes first.
    public var priority: Int
    /// The type of the task: which workers can run it.
    public var taskType: String
    /// When the task last changed.
    public var updated: Timestamp
    /// The worker that has the task or had it last.
    @NobodyWhenAbsent public var worker: TaskWorker?
    /// How many steps are done; absent when the manager does not say.
    public var stepsCompleted: Int?
    /// How many steps there are; absent when the manager does not say.
    public var stepsTotal: Int?

    /// A task in a list.
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
    /// The tasks, in their order in the job.
    public var tasks: [TaskSummary]

    /// A list of tasks.
    public init(tasks: [TaskSummary]) { self.tasks = tasks }
}

/// All that a manager tells about a task (Flamenco 3: `Task`).
public struct TaskDetails: Codable, Hashable, Sendable {
    /// The identity of the task.
    public var id: String
    /// When the task was made.
    public var created: Timestamp
    /// When the task last changed.
    public var updated: Timestamp
    /// The identity of the job that the task belongs to.
    public var jobID: String
    /// The name that people see.
    public var name: String
    /// The place of the task in its job, from 1.
    public var indexInJob: Int
    /// The state of the task.
    public var status: TaskStatus
    /// The priority within the job; higher goes first.
    public var priority: Int
    /// The type of the task: which workers can run it.
    public var taskType: String
    /// What the worker last said that it was doing.
    public var activity: String
    /// What to do, one after another, variables not yet replaced.
    public var commands: [Command]
    /// The worker that has the task or had it last.
    @NobodyWhenAbsent public var worker: TaskWorker?
    /// The workers that failed at the task since it was last queued by a person.
    public var failedByWorkers: [TaskWorker]?
    /// When the worker last said something about the task.
    public var lastTouched: Timestamp?
    /// How many steps are done; absent when the manager does not say.
    public var stepsCompleted: Int?
    /// How many steps there are; absent when the manager does not say.
    public var stepsTotal: Int?

    /// All about a task.
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
    /// The identity of the worker.
    public var id: String
    /// The name that people see.
    public var name: String
    /// The network address.
    public var address: String

    /// A worker of a task.
    public init(id: String, name: String, address: String) {
        self.id = id
        self.name = name
        self.address = address
    }
}

/// The worker of a task, or nobody: written as a worker whose members are empty, as Flamenco 3 does.
@propertyWrapper
public struct NobodyWhenAbsent: Codable, Hashable, Sendable {
    /// The worker.
    public var wrappedValue: TaskWorker?

    /// A worker, or nobody.
    public init(wrappedValue: TaskWorker?) { self.wrappedValue = wrappedValue }

    /// Decodes a worker; one without an identity is nobody.
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
    /// Decodes a worker that may be absent altogether.
    func decode(_ type: NobodyWhenAbsent.Type, forKey key: Key) throws -> NobodyWhenAbsent {
        try decodeIfPresent(type, forKey: key) ?? NobodyWhenAbsent(wrappedValue: nil)
    }
}

/// Where the log of a task is (Flamenco 3: `TaskLogInfo`).
public struct TaskLogInfo: Codable, Hashable, Sendable {
    /// The identity of the task.
    public var taskID: String
    /// The identity of the job that the task belongs to.
    public var jobID: String
    /// How many bytes there are.
    public var size: Int
    /// Where to get the whole log.
    public var url: String

    /// The log of a task.
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
