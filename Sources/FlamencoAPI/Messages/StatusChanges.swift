/// A request to change the status of a job (Flamenco 3: `JobStatusChange`).
public typealias JobStatusChange = StatusChange<JobStatus>

/// A request to change the status of a task (Flamenco 3: `TaskStatusChange`).
public typealias TaskStatusChange = StatusChange<TaskStatus>

/// A request to change a status.
public struct StatusChange<Status: Codable & Hashable & Sendable>: Hashable, Sendable {
    /// The requested status.
    public var status: Status
    /// The reason, for users.
    public var reason: String?

    /// Creates a request for a status.
    public init(status: Status, reason: String? = nil) {
        self.status = status
        self.reason = reason
    }
}

extension StatusChange: Codable {
    private enum CodingKeys: String, CodingKey { case status, reason }

    /// Decodes a request; Flamenco 3 requires a reason.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        status = try container.decode(Status.self, forKey: .status)
        reason = try container.text(.reason, isRequired: decoder.dialect == .v3)
    }

    /// Encodes a request, with an empty reason if there is none.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(reason ?? "", forKey: .reason)
    }
}

/// A request to change the priority of a job (Flamenco 3: `JobPriorityChange`).
public struct JobPriorityChange: Codable, Hashable, Sendable {
    /// The requested priority; higher goes first.
    public var priority: Int

    /// Creates a request for a priority.
    public init(priority: Int) { self.priority = priority }
}

/// A request to change the status of a worker (Flamenco 3: `WorkerStatusChangeRequest`).
public struct WorkerStatusChangeRequest: Codable, Hashable, Sendable {
    /// The requested status.
    public var status: WorkerStatus
    /// Whether the worker may finish its task first.
    public var isLazy: Bool

    /// Creates a request for a status.
    public init(status: WorkerStatus, isLazy: Bool = false) {
        self.status = status
        self.isLazy = isLazy
    }

    private enum CodingKeys: String, CodingKey {
        case status
        case isLazy = "is_lazy"
    }

    /// Decodes a request; without `is_lazy`, which Flamenco 3 requires, it is not lazy.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        status = try container.decode(WorkerStatus.self, forKey: .status)
        isLazy =
            decoder.dialect == .v3
            ? try container.decode(Bool.self, forKey: .isLazy)
            : try container.decodeIfPresent(Bool.self, forKey: .isLazy) ?? false
    }
}
