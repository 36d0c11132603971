/// A wish to change the state of a job (Flamenco 3: `JobStatusChange`).
public struct JobStatusChange: Codable, Hashable, Sendable {
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
