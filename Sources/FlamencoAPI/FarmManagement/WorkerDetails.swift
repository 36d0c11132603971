/// All that a manager tells about a worker (Flamenco 3: `Worker`): its summary, and more.
public struct WorkerDetails: Hashable, Sendable {
    /// What a list says of it.
    public var summary: WorkerSummary
    /// The network address.
    public var ipAddress: String
    /// The operating system.
    public var platform: String
    /// The types of tasks that the worker takes.
    public var supportedTaskTypes: [String]
    /// The task that it has.
    public var task: WorkerTask?
    /// The tags that it has.
    public var tags: [WorkerTag]

    /// All about a worker.
    public init(
        summary: WorkerSummary, ipAddress: String, platform: String, supportedTaskTypes: [String],
        task: WorkerTask? = nil, tags: [WorkerTag] = []
    ) {
        self.summary = summary
        self.ipAddress = ipAddress
        self.platform = platform
        self.supportedTaskTypes = supportedTaskTypes
        self.task = task
        self.tags = tags
    }
}

extension WorkerDetails: Codable {
    private enum CodingKeys: String, CodingKey {
        case platform, task, tags
        case ipAddress = "ip_address"
        case supportedTaskTypes = "supported_task_types"
    }

    /// Decodes the summary and the rest from one object.
    public init(from decoder: any Decoder) throws {
        summary = try WorkerSummary(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        ipAddress = try container.decode(String.self, forKey: .ipAddress)
        platform = try container.decode(String.self, forKey: .platform)
        supportedTaskTypes = try container.decode([String].self, forKey: .supportedTaskTypes)
        task = try container.decodeIfPresent(WorkerTask.self, forKey: .task)
        tags = try container.decodeIfPresent([WorkerTag].self, forKey: .tags) ?? []
    }

    /// Encodes the summary and the rest into one object.
    public func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(ipAddress, forKey: .ipAddress)
        try container.encode(platform, forKey: .platform)
        try container.encode(supportedTaskTypes, forKey: .supportedTaskTypes)
        try container.encodeIfPresent(task, forKey: .task)
        if !tags.isEmpty { try container.encode(tags, forKey: .tags) }
    }
}
