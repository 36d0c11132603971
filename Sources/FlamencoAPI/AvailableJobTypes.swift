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

/// A job type and its settings (contract: `AvailableJobType`).
public struct AvailableJobType: Codable, Hashable, Sendable {
    /// The name that jobs refer to.
    public var name: String
    /// The name that people see.
    public var label: String
    /// What can be set.
    public var settings: [AvailableJobSetting]

    /// A job type.
    public init(name: String, label: String, settings: [AvailableJobSetting]) {
        self.name = name
        self.label = label
        self.settings = settings
    }
}
