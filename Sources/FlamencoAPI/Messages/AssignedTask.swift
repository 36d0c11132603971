/// A task as assigned to a worker (contract and Flamenco 3: `AssignedTask`).
///
/// Decoding requires what is needed to run the task, `uuid` and `commands`, and is lenient about the rest.
public struct AssignedTask: Hashable, Sendable {
    /// The UUID of the task.
    public var uuid: String
    /// The UUID of its job.
    public var job: String
    /// The name shown to users.
    public var name: String
    /// The status of the task, as known to the manager.
    public var status: TaskStatus
    /// The priority within the job; higher goes first.
    public var priority: Int
    /// The priority of the job; higher goes first.
    public var jobPriority: Int
    /// The type of the job.
    public var jobType: String
    /// The type of the task, which determines the workers that can run it.
    public var taskType: String
    /// The commands, to be run in order.
    public var commands: [Command]
    /// The number of steps completed by earlier attempts.
    public var stepsCompleted: Int
    /// The total number of steps; 0 if the manager does not report it.
    public var stepsTotal: Int

    /// Creates a task of which only the ID is known.
    public init(uuid: String) {
        self.init(
            uuid: uuid, job: "", name: uuid, status: .unknown(""), priority: 0, jobPriority: 0, jobType: "",
            taskType: "",
            commands: [])
    }

    /// Creates a task.
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

    /// Encodes the fields of the encoder's dialect.
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
    /// The name of the executor that runs it: `blender-render`, `exec`, ….
    public var name: String
    /// The parameters for the executor.
    public var parameters: [String: JSONValue]
    /// The number of steps that the command reports; 0 if it counts as one step.
    public var totalStepCount: Int

    /// Creates a command.
    public init(name: String, parameters: [String: JSONValue], totalStepCount: Int = 0) {
        self.name = name
        self.parameters = parameters
        self.totalStepCount = totalStepCount
    }

    /// The number of steps of the task in this command: those that it reports, or one.
    public var steps: Int {
        // Keeps the sum valid, however many commands there are and whatever they claim.
        min(max(1, totalStepCount), 1 << 32)
    }
}

extension Command: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, parameters
        case totalStepCount = "total_step_count"
    }

    /// Decodes a command; without a step count, it counts as one step.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        parameters = try container.decode([String: JSONValue].self, forKey: .parameters)
        totalStepCount = (try? container.decode(Int.self, forKey: .totalStepCount)) ?? 0
    }

    /// Encodes the fields of the encoder's dialect.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(parameters, forKey: .parameters)
        if encoder.has(.steps) { try container.encode(totalStepCount, forKey: .totalStepCount) }
    }
}
