/// A wish to change the state of a task (Flamenco 3: `TaskStatusChange`).
public struct TaskStatusChange: Hashable, Sendable {
    /// The state that the task should have.
    public var status: TaskStatus
    /// Why, for those who read it later.
    public var reason: String?

    /// A wish for a state.
    public init(status: TaskStatus, reason: String? = nil) {
        self.status = status
        self.reason = reason
    }
}

extension TaskStatusChange: Codable {
    private enum CodingKeys: String, CodingKey { case status, reason }

    /// Decodes a wish; Flamenco 3 wants a reason.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        status = try container.decode(TaskStatus.self, forKey: .status)
        reason = try container.text(.reason, isRequired: decoder.dialect == .v3)
    }

    /// Encodes a wish, with an empty reason when there is none.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(reason ?? "", forKey: .reason)
    }
}
