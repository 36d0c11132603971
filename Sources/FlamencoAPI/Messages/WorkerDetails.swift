/// A worker in a list (Flamenco 3: `WorkerSummary`).
public struct WorkerSummary: Codable, Hashable, Sendable {
    /// The UUID of the worker.
    public var id: String
    /// The name shown to users.
    public var name: String
    /// The status of the worker.
    public var status: WorkerStatus
    /// The requested status.
    public var statusChange: WorkerStatusChangeRequest?
    /// The time of its last request.
    public var lastSeen: Timestamp?
    /// The version of its software.
    public var version: String
    /// Whether it is started again after it exits for a restart; nil if the manager does not report it.
    public var canRestart: Bool?

    /// Creates a worker in a list.
    public init(
        id: String, name: String, status: WorkerStatus, statusChange: WorkerStatusChangeRequest? = nil,
        lastSeen: Timestamp? = nil, version: String, canRestart: Bool? = nil
    ) {
        self.id = id
        self.name = name
        self.status = status
        self.statusChange = statusChange
        self.lastSeen = lastSeen
        self.version = version
        self.canRestart = canRestart
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, status, version
        case statusChange = "status_change"
        case lastSeen = "last_seen"
        case canRestart = "can_restart"
    }
}

/// The workers of a farm (Flamenco 3: `WorkerList`).
public struct WorkerList: Codable, Hashable, Sendable {
    /// The workers, in order of registration.
    public var workers: [WorkerSummary]

    /// Creates a list of workers.
    public init(workers: [WorkerSummary]) { self.workers = workers }
}

/// The details of a worker (Flamenco 3: `Worker`): its summary, and more.
public struct WorkerDetails: Hashable, Sendable {
    /// The fields that are also in a list.
    public var summary: WorkerSummary
    /// The network address.
    public var ipAddress: String
    /// The operating system.
    public var platform: String
    /// The types of tasks that the worker accepts.
    public var supportedTaskTypes: [String]
    /// The task assigned to it.
    public var task: WorkerTask?
    /// The tags of the worker.
    public var tags: [WorkerTag]

    /// Creates the details of a worker.
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

/// The task of a worker (Flamenco 3: `WorkerTask`): its summary, and its job.
public struct WorkerTask: Hashable, Sendable {
    /// The fields that are also in a list.
    public var summary: TaskSummary
    /// The UUID of its job.
    public var jobID: String

    /// Creates a task of a worker.
    public init(summary: TaskSummary, jobID: String) {
        self.summary = summary
        self.jobID = jobID
    }
}

extension WorkerTask: Codable {
    private enum CodingKeys: String, CodingKey {
        case jobID = "job_id"
    }

    /// Decodes the summary and the job from one object.
    public init(from decoder: any Decoder) throws {
        summary = try TaskSummary(from: decoder)
        jobID = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .jobID)
    }

    /// Encodes the summary and the job into one object.
    public func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(jobID, forKey: .jobID)
    }
}
