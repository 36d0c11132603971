/// What a new worker says of itself (contract: `WorkerRegistration`).
public struct WorkerRegistration: Hashable, Sendable {
    /// The password that the worker will use from now on.
    public var secret: String
    /// The operating system: `linux`, `darwin` or `windows`.
    public var platform: String
    /// The types of tasks that the worker takes.
    public var supportedTaskTypes: [String]
    /// The name that people see.
    public var nickname: String

    /// A registration.
    public init(secret: String, platform: String, supportedTaskTypes: [String], nickname: String) {
        self.secret = secret
        self.platform = platform
        self.supportedTaskTypes = supportedTaskTypes
        self.nickname = nickname
    }
}

extension WorkerRegistration: Codable {
    /// Decodes all of it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: WireKey.self)
        secret = try container.decode(String.self, forKey: "secret")
        platform = try container.decode(String.self, forKey: "platform")
        supportedTaskTypes = try container.decode([String].self, forKey: "supported_task_types")
        nickname = try container.decode(String.self, forKey: decoder.workerName)
    }

    /// Encodes all of it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: WireKey.self)
        try container.encode(secret, forKey: "secret")
        try container.encode(platform, forKey: "platform")
        try container.encode(supportedTaskTypes, forKey: "supported_task_types")
        try container.encode(nickname, forKey: encoder.workerName)
    }
}
