/// A wish to change the state of a task (Flamenco 3: `TaskStatusChange`).
public struct TaskStatusChange: Codable, Hashable, Sendable {
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
