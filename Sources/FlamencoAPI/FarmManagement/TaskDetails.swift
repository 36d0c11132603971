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
