/// A wish to change the priority of a job (Flamenco 3: `JobPriorityChange`).
public struct JobPriorityChange: Codable, Hashable, Sendable {
    /// The priority that the job should have; higher goes first.
    public var priority: Int

    /// A wish for a priority.
    public init(priority: Int) { self.priority = priority }
}
