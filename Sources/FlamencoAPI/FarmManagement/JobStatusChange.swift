/// A wish to change the state of a job (Flamenco 3: `JobStatusChange`).
public struct JobStatusChange: Hashable, Sendable {
    /// The state that the job should have.
    public var status: JobStatus
    /// Why, for those who read it later.
    public var reason: String?

    /// A wish for a state.
    public init(status: JobStatus, reason: String? = nil) {
        self.status = status
        self.reason = reason
    }
}

extension JobStatusChange: Codable {
    private enum CodingKeys: String, CodingKey { case status, reason }

    /// Decodes a wish; Flamenco 3 wants a reason.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        status = try container.decode(JobStatus.self, forKey: .status)
        reason = try container.text(.reason, isRequired: decoder.dialect == .v3)
    }

    /// Encodes a wish, with an empty reason when there is none.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(reason ?? "", forKey: .reason)
    }
}
