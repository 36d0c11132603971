/// The registration of a new worker (contract: `WorkerRegistration`).
public struct WorkerRegistration: Hashable, Sendable {
    /// The secret that the worker will use from now on.
    public var secret: String
    /// The operating system: `linux`, `darwin` or `windows`.
    public var platform: String
    /// The types of tasks that the worker accepts.
    public var supportedTaskTypes: [String]
    /// The name shown to users.
    public var nickname: String

    /// Creates a registration.
    public init(secret: String, platform: String, supportedTaskTypes: [String], nickname: String) {
        self.secret = secret
        self.platform = platform
        self.supportedTaskTypes = supportedTaskTypes
        self.nickname = nickname
    }
}

extension WorkerRegistration: Codable {
    /// Decodes all fields.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: WireKey.self)
        secret = try container.decode(String.self, forKey: "secret")
        platform = try container.decode(String.self, forKey: "platform")
        supportedTaskTypes = try container.decode([String].self, forKey: "supported_task_types")
        nickname = try container.decode(String.self, forKey: decoder.workerName)
    }

    /// Encodes all fields.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: WireKey.self)
        try container.encode(secret, forKey: "secret")
        try container.encode(platform, forKey: "platform")
        try container.encode(supportedTaskTypes, forKey: "supported_task_types")
        try container.encode(nickname, forKey: encoder.workerName)
    }
}

/// The manager's answer to a registration (contract: `RegisteredWorker`).
///
/// Existing managers omit fields that the contract requires, or send them empty, so only `uuid` is required when
/// decoding.
public struct RegisteredWorker: Hashable, Sendable {
    /// The UUID of the worker, which is its user name from now on.
    public var uuid: String
    /// The name shown to users.
    public var nickname: String
    /// The network address that the manager saw.
    public var address: String
    /// The status of the worker.
    public var status: WorkerStatus
    /// The operating system.
    public var platform: String
    /// The current task of the worker; empty if there is none. Required by the contract, which does not define it.
    public var currentTask: String
    /// The time of the worker's last request; free text, because managers send an empty string.
    public var lastActivity: String
    /// The software of the worker.
    public var software: String
    /// The types of tasks that the worker accepts.
    public var supportedTaskTypes: [String]

    /// Creates a registered worker.
    public init(
        uuid: String, nickname: String, address: String, status: WorkerStatus, platform: String,
        currentTask: String = "", lastActivity: String = "", software: String = "", supportedTaskTypes: [String]
    ) {
        self.uuid = uuid
        self.nickname = nickname
        self.address = address
        self.status = status
        self.platform = platform
        self.currentTask = currentTask
        self.lastActivity = lastActivity
        self.software = software
        self.supportedTaskTypes = supportedTaskTypes
    }
}

extension RegisteredWorker: Codable {
    /// Decodes the fields that are present; only `uuid` is required.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: WireKey.self)
        uuid = try container.decode(String.self, forKey: "uuid")
        nickname = (try? container.decode(String.self, forKey: decoder.workerName)) ?? ""
        address = (try? container.decode(String.self, forKey: "address")) ?? ""
        status = (try? container.decode(WorkerStatus.self, forKey: "status")) ?? .unknown("")
        platform = (try? container.decode(String.self, forKey: "platform")) ?? ""
        currentTask = (try? container.decode(String.self, forKey: "current_task")) ?? ""
        lastActivity = (try? container.decode(String.self, forKey: "last_activity")) ?? ""
        software = (try? container.decode(String.self, forKey: "software")) ?? ""
        supportedTaskTypes = (try? container.decode([String].self, forKey: "supported_task_types")) ?? []
    }

    /// Encodes all fields.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: WireKey.self)
        try container.encode(uuid, forKey: "uuid")
        try container.encode(nickname, forKey: encoder.workerName)
        try container.encode(address, forKey: "address")
        try container.encode(status, forKey: "status")
        try container.encode(platform, forKey: "platform")
        try container.encode(currentTask, forKey: "current_task")
        try container.encode(lastActivity, forKey: "last_activity")
        try container.encode(software, forKey: "software")
        try container.encode(supportedTaskTypes, forKey: "supported_task_types")
    }
}
