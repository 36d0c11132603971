/// The job types that a manager offers (contract: `AvailableJobTypes`).
public struct AvailableJobTypes: Codable, Hashable, Sendable {
    /// The job types.
    public var jobTypes: [AvailableJobType]

    /// A list of job types.
    public init(jobTypes: [AvailableJobType]) { self.jobTypes = jobTypes }

    private enum CodingKeys: String, CodingKey {
        case jobTypes = "job_types"
    }
}
