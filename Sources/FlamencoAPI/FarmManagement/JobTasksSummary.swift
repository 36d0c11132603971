/// The tasks of a job (Flamenco 3: `JobTasksSummary`).
public struct JobTasksSummary: Codable, Hashable, Sendable {
    /// The tasks, in their order in the job.
    public var tasks: [TaskSummary]

    /// A list of tasks.
    public init(tasks: [TaskSummary]) { self.tasks = tasks }
}
