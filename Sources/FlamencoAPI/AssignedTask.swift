/// A task as a worker receives it (contract: `AssignedTask`).
///
/// Decoding insists on what is needed to run the task, `uuid` and `commands`, and takes the rest as it comes.
public struct AssignedTask: Codable, Hashable, Sendable {
    /// The identity of the task.
    public var uuid: String
    /// The identity of the job that it belongs to.
    public var job: String
    /// The name that people see.
    public var name: String
    /// The state of the task in the eyes of the manager.
    public var status: TaskStatus
    /// The priority within the job; higher goes first.
    public var priority: Int
    /// The priority of the job; higher goes first.
    public var jobPriority: Int
    /// The type of the job.
    public var jobType: String
    /// The type of the task: which workers can run it.
    public var taskType: String
    /// What to do, one after another.
    public var commands: [Command]

    /// A task.
    public init(
        uuid: String, job: String, name: String, status: TaskStatus, priority: Int, jobPriority: Int, jobType: String,
        taskType: String, commands: [Command]
    ) {
        self.uuid = uuid
        self.job = job
        self.name = name
        self.status = status
        self.priority = priority
        self.jobPriority = jobPriority
        self.jobType = jobType
        self.taskType = taskType
        self.commands = commands
    }

    private enum CodingKeys: String, CodingKey {
        case uuid, job, name, status, priority, commands
        case jobPriority = "job_priority"
        case jobType = "job_type"
        case taskType = "task_type"
    }

    /// Decodes a task; only `uuid` and `commands` are required.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        uuid = try container.decode(String.self, forKey: .uuid)
        commands = try container.decode([Command].self, forKey: .commands)
        job = (try? container.decode(String.self, forKey: .job)) ?? ""
        name = (try? container.decode(String.self, forKey: .name)) ?? uuid
        status = (try? container.decode(TaskStatus.self, forKey: .status)) ?? .unknown("")
        priority = (try? container.decode(Int.self, forKey: .priority)) ?? 0
        jobPriority = (try? container.decode(Int.self, forKey: .jobPriority)) ?? 0
        jobType = (try? container.decode(String.self, forKey: .jobType)) ?? ""
        taskType = (try? container.decode(String.self, forKey: .taskType)) ?? ""
    }
}
