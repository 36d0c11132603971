/// The jobs of a farm (Flamenco 3: `JobsQueryResult`).
public struct JobList: Codable, Hashable, Sendable {
    /// The jobs, oldest first.
    public var jobs: [Job]

    /// A list of jobs.
    public init(jobs: [Job]) { self.jobs = jobs }
}
