/// What a new worker says of itself (contract: `WorkerRegistration`).
public struct WorkerRegistration: Codable, Hashable, Sendable {
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

    private enum CodingKeys: String, CodingKey {
        case secret, platform, nickname
        case supportedTaskTypes = "supported_task_types"
    }
}
