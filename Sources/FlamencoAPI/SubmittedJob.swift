/// The settings of a job (contract: `JobSettings`).
public typealias JobSettings = [String: JSONValue]

/// What people note about a job (contract: `JobMetadata`); `a.b.c` in a key models structure.
public typealias JobMetadata = [String: String]

/// A job as somebody submits it (contract: `SubmittedJob`).
public struct SubmittedJob: Codable, Hashable, Sendable {
    /// The name that people see.
    public var name: String
    /// The job type, which turns the settings into tasks.
    public var type: String
    /// The priority; higher goes first.
    public var priority: Int
    /// The settings of the job type.
    public var settings: JobSettings?
    /// What people note about it.
    public var metadata: JobMetadata?

    /// The priority of a job that says none (contract: the default of `priority`).
    public static let defaultPriority = 50

    /// A job to submit.
    public init(
        name: String, type: String, priority: Int = Self.defaultPriority, settings: JobSettings? = nil,
        metadata: JobMetadata? = nil
    ) {
        self.name = name
        self.type = type
        self.priority = priority
        self.settings = settings
        self.metadata = metadata
    }

    private enum CodingKeys: String, CodingKey {
        case name, type, priority, settings, metadata
    }

    /// Decodes a job; the contract both requires `priority` and gives it a default, so an absent one is taken as that.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        type = try container.decode(String.self, forKey: .type)
        priority = try container.decodeIfPresent(Int.self, forKey: .priority) ?? Self.defaultPriority
        settings = try container.decodeIfPresent(JobSettings.self, forKey: .settings)
        metadata = try container.decodeIfPresent(JobMetadata.self, forKey: .metadata)
    }
}
