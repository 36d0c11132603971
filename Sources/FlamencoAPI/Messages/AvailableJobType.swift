/// A job type and its settings (contract and Flamenco 3: `AvailableJobType`).
public struct AvailableJobType: Hashable, Sendable {
    /// The name that jobs refer to.
    public var name: String
    /// The name shown to users.
    public var label: String
    /// A sentence about jobs of the type.
    public var description: String?
    /// The settings of jobs of the type.
    public var settings: [AvailableJobSetting]
    /// The version of the definition, which changes with any part of it.
    public var etag: String

    /// Creates a job type.
    public init(
        name: String, label: String, description: String? = nil, settings: [AvailableJobSetting], etag: String = ""
    ) {
        self.name = name
        self.label = label
        self.description = description
        self.settings = settings
        self.etag = etag
    }
}

extension AvailableJobType: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, label, description, settings, etag
    }

    /// Decodes a job type; in 2022 there is no description or version.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        label = try container.decode(String.self, forKey: .label)
        settings = try container.decode([AvailableJobSetting].self, forKey: .settings)
        description = try container.decodeIfPresent(String.self, forKey: .description)
        etag = try container.decodeIfPresent(String.self, forKey: .etag) ?? ""
    }

    /// Encodes the fields of the encoder's dialect.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(label, forKey: .label)
        try container.encode(settings, forKey: .settings)
        guard encoder.has(.labelledSettings) else { return }
        try container.encodeIfPresent(description, forKey: .description)
        try container.encode(etag, forKey: .etag)
    }
}

/// The job types of a manager (contract: `AvailableJobTypes`).
public struct AvailableJobTypes: Codable, Hashable, Sendable {
    /// The job types.
    public var jobTypes: [AvailableJobType]

    /// Creates a list of job types.
    public init(jobTypes: [AvailableJobType]) { self.jobTypes = jobTypes }

    private enum CodingKeys: String, CodingKey {
        case jobTypes = "job_types"
    }
}
