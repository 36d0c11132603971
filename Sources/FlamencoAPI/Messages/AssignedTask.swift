/// A task as a worker receives it (contract and Flamenco 3: `AssignedTask`).
///
/// Decoding insists on what is needed to run the task, `uuid` and `commands`, and takes the rest as it comes.
public struct AssignedTask: Hashable, Sendable {
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
    /// How many steps are done already, by an earlier attempt.
    public var stepsCompleted: Int
    /// How many steps there are; 0 when the manager does not say.
    public var stepsTotal: Int

    /// A task of which no more than the identity is known.
    public init(uuid: String) {
        self.init(
            uuid: uuid, job: "", name: uuid, status: .unknown(""), priority: 0, jobPriority: 0, jobType: "",
            taskType: "",
            commands: [])
    }

    /// A task.
    public init(
        uuid: String, job: String, name: String, status: TaskStatus, priority: Int, jobPriority: Int, jobType: String,
        taskType: String, commands: [Command], stepsCompleted: Int = 0, stepsTotal: Int = 0
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
        self.stepsCompleted = stepsCompleted
        self.stepsTotal = stepsTotal
    }
}

extension AssignedTask: Codable {
    private enum CodingKeys: String, CodingKey {
        case uuid, job, name, status, priority, commands
        case jobPriority = "job_priority"
        case jobType = "job_type"
        case taskType = "task_type"
        case stepsCompleted = "steps_completed"
        case stepsTotal = "steps_total"
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
        stepsCompleted = (try? container.decode(Int.self, forKey: .stepsCompleted)) ?? 0
        stepsTotal = (try? container.decode(Int.self, forKey: .stepsTotal)) ?? 0
    }

    /// Encodes what the dialect of the encoder has.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(uuid, forKey: .uuid)
        try container.encode(job, forKey: .job)
        try container.encode(name, forKey: .name)
        try container.encode(status, forKey: .status)
        try container.encode(priority, forKey: .priority)
        try container.encode(jobPriority, forKey: .jobPriority)
        try container.encode(jobType, forKey: .jobType)
        try container.encode(taskType, forKey: .taskType)
        try container.encode(commands, forKey: .commands)
        if encoder.has(.steps) {
            try container.encode(stepsCompleted, forKey: .stepsCompleted)
            try container.encode(stepsTotal, forKey: .stepsTotal)
        }
    }
}

/// One command of a task (contract and Flamenco 3: `Command`).
public struct Command: Hashable, Sendable {
    /// Which executor runs it: `blender-render`, `exec`, ….
    public var name: String
    /// What the executor needs to know.
    public var parameters: [String: JSONValue]
    /// How many steps the command counts by itself; 0 when it is one step as a whole.
    public var totalStepCount: Int

    /// A command.
    public init(name: String, parameters: [String: JSONValue], totalStepCount: Int = 0) {
        self.name = name
        self.parameters = parameters
        self.totalStepCount = totalStepCount
    }

    /// How many steps of its task the command is: those that it counts, or one as a whole.
    public var steps: Int {
        // What somebody wrote must add up, however many commands there are.
        min(max(1, totalStepCount), 1 << 32)
    }
}

extension Command: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, parameters
        case totalStepCount = "total_step_count"
    }

    /// Decodes a command; one that does not say how many steps it has is one.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        parameters = try container.decode([String: JSONValue].self, forKey: .parameters)
        totalStepCount = (try? container.decode(Int.self, forKey: .totalStepCount)) ?? 0
    }

    /// Encodes what the dialect of the encoder has.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(parameters, forKey: .parameters)
        if encoder.has(.steps) { try container.encode(totalStepCount, forKey: .totalStepCount) }
    }
}
