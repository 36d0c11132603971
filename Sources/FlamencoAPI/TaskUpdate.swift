/// How a task goes on (contract and Flamenco 3: `TaskUpdate`).
public struct TaskUpdate: Hashable, Sendable {
    /// The new state.
    public var taskStatus: TaskStatus?
    /// One line on what is happening now; takes the place of the one before.
    public var activity: String?
    /// How many steps are done.
    public var stepsCompleted: Int?
    /// Log text, which is appended to what came before.
    public var log: String?

    /// An update.
    public init(
        taskStatus: TaskStatus? = nil, activity: String? = nil, stepsCompleted: Int? = nil, log: String? = nil
    ) {
        self.taskStatus = taskStatus
        self.activity = activity
        self.stepsCompleted = stepsCompleted
        self.log = log
    }
}

extension TaskUpdate: Codable {
    private enum CodingKeys: String, CodingKey {
        case taskStatus, activity, log
        case stepsCompleted = "steps_completed"
    }

    /// Decodes what is there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        taskStatus = try container.decodeIfPresent(TaskStatus.self, forKey: .taskStatus)
        activity = try container.decodeIfPresent(String.self, forKey: .activity)
        log = try container.decodeIfPresent(String.self, forKey: .log)
        guard decoder.has(.steps) else { return }
        stepsCompleted = try container.decodeIfPresent(Int.self, forKey: .stepsCompleted)
    }

    /// Encodes what the dialect of the encoder has.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(taskStatus, forKey: .taskStatus)
        try container.encodeIfPresent(activity, forKey: .activity)
        try container.encodeIfPresent(log, forKey: .log)
        guard encoder.has(.steps) else { return }
        try container.encodeIfPresent(stepsCompleted, forKey: .stepsCompleted)
    }
}
