/// An update of a task (contract and Flamenco 3: `TaskUpdate`).
public struct TaskUpdate: Hashable, Sendable {
    /// The new status.
    public var taskStatus: TaskStatus?
    /// The current activity in one line; replaces the previous one.
    public var activity: String?
    /// The number of completed steps.
    public var stepsCompleted: Int?
    /// Log text, which is appended to the existing log.
    public var log: String?

    /// Creates an update.
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

    /// Decodes the fields that are present.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        taskStatus = try container.decodeIfPresent(TaskStatus.self, forKey: .taskStatus)
        activity = try container.decodeIfPresent(String.self, forKey: .activity)
        log = try container.decodeIfPresent(String.self, forKey: .log)
        guard decoder.has(.steps) else { return }
        stepsCompleted = try container.decodeIfPresent(Int.self, forKey: .stepsCompleted)
    }

    /// Encodes the fields of the encoder's dialect.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(taskStatus, forKey: .taskStatus)
        try container.encodeIfPresent(activity, forKey: .activity)
        try container.encodeIfPresent(log, forKey: .log)
        guard encoder.has(.steps) else { return }
        try container.encodeIfPresent(stepsCompleted, forKey: .stepsCompleted)
    }
}

/// The manager's answer to a worker that asks whether it may continue a task (Flamenco 3: `MayKeepRunning`).
public struct TaskPermission: Codable, Hashable, Sendable {
    /// Whether the worker may continue.
    public var mayKeepRunning: Bool
    /// The reason if not; empty otherwise.
    public var reason: String
    /// Whether the manager requests another status of the worker, which the worker has to query.
    public var statusChangeRequested: Bool

    /// Creates an answer.
    public init(mayKeepRunning: Bool, reason: String = "", statusChangeRequested: Bool = false) {
        self.mayKeepRunning = mayKeepRunning
        self.reason = reason
        self.statusChangeRequested = statusChangeRequested
    }

    /// Decodes an answer; only `mayKeepRunning` is required.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        mayKeepRunning = try container.decode(Bool.self, forKey: .mayKeepRunning)
        reason = (try? container.decode(String.self, forKey: .reason)) ?? ""
        statusChangeRequested = (try? container.decode(Bool.self, forKey: .statusChangeRequested)) ?? false
    }
}
