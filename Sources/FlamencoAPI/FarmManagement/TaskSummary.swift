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
