/// The settings of a job (contract: `JobSettings`).
public typealias JobSettings = [String: JSONValue]

/// Users' notes about a job (contract: `JobMetadata`); `a.b.c` in a key models structure.
public typealias JobMetadata = [String: String]

/// A job as it is submitted (contract and Flamenco 3: `SubmittedJob`).
public struct SubmittedJob: Hashable, Sendable {
    /// The name shown to users.
    public var name: String
    /// The job type, which turns the settings into tasks.
    public var type: String
    /// The version of the job type that the settings are for; nil for any version.
    public var typeETag: String?
    /// The priority; higher goes first.
    public var priority: Int
    /// The settings, as the job type defines them.
    public var settings: JobSettings?
    /// Users' notes about the job.
    public var metadata: JobMetadata?
    /// The operating system of the machine that the paths in the settings are for.
    public var submitterPlatform: String?
    /// The tag that a worker needs to get a task of the job; nil if any worker may.
    public var workerTag: String?
    /// The location of the job's files.
    public var storage: JobStorageInfo?
    /// The initial status of the job: `queued` or `paused`.
    public var initialStatus: JobStatus?

    /// The default priority (contract: the default of `priority`).
    public static let defaultPriority = 50

    /// Creates a job.
    public init(
        name: String, type: String, typeETag: String? = nil, priority: Int = Self.defaultPriority,
        settings: JobSettings? = nil, metadata: JobMetadata? = nil, submitterPlatform: String? = nil,
        workerTag: String? = nil, storage: JobStorageInfo? = nil, initialStatus: JobStatus? = nil
    ) {
        self.name = name
        self.type = type
        self.typeETag = typeETag
        self.priority = priority
        self.settings = settings
        self.metadata = metadata
        self.submitterPlatform = submitterPlatform
        self.workerTag = workerTag
        self.storage = storage
        self.initialStatus = initialStatus
    }
}

/// The location of a job's files (Flamenco 3: `JobStorageInfo`).
public struct JobStorageInfo: Codable, Hashable, Sendable {
    /// The checkout of a Shaman server.
    public var shamanCheckoutID: String?

    /// Creates the location, in a checkout or in the shared storage.
    public init(shamanCheckoutID: String? = nil) { self.shamanCheckoutID = shamanCheckoutID }

    private enum CodingKeys: String, CodingKey {
        case shamanCheckoutID = "shaman_checkout_id"
    }
}

extension SubmittedJob: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, type, priority, settings, metadata, storage
        case typeETag = "type_etag"
        case submitterPlatform = "submitter_platform"
        case workerTag = "worker_tag"
        case initialStatus = "initial_status"
    }

    /// Decodes a job; without a priority, it has the default, which the managers of 2022 did not have. Fields that the
    /// dialect does not have are ignored.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        type = try container.decode(String.self, forKey: .type)
        priority =
            decoder.dialect == .v2022
            ? try container.decode(Int.self, forKey: .priority)
            : try container.decodeIfPresent(Int.self, forKey: .priority) ?? Self.defaultPriority
        settings = try container.decodeIfPresent(JobSettings.self, forKey: .settings)
        metadata = try container.decodeIfPresent(JobMetadata.self, forKey: .metadata)
        guard decoder.has(.submission) else { return }
        submitterPlatform =
            decoder.dialect == nil
            ? try container.decodeIfPresent(String.self, forKey: .submitterPlatform)
            : try container.decode(String.self, forKey: .submitterPlatform)
        typeETag = try container.decodeIfPresent(String.self, forKey: .typeETag)
        workerTag = try container.decodeIfPresent(String.self, forKey: .workerTag)
        storage = try container.decodeIfPresent(JobStorageInfo.self, forKey: .storage)
        initialStatus = try container.decodeIfPresent(JobStatus.self, forKey: .initialStatus)
    }

    /// Encodes the fields of the encoder's dialect.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(type, forKey: .type)
        try container.encode(priority, forKey: .priority)
        try container.encodeIfPresent(settings, forKey: .settings)
        try container.encodeIfPresent(metadata, forKey: .metadata)
        guard encoder.has(.submission) else { return }
        // Required by Flamenco 3, but missing in jobs of 2022.
        let platform = encoder.dialect == nil ? submitterPlatform : submitterPlatform ?? "linux"
        try container.encodeIfPresent(platform, forKey: .submitterPlatform)
        try container.encodeIfPresent(typeETag, forKey: .typeETag)
        try container.encodeIfPresent(workerTag, forKey: .workerTag)
        try container.encodeIfPresent(storage, forKey: .storage)
        try container.encodeIfPresent(initialStatus, forKey: .initialStatus)
    }
}
