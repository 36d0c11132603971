/// A manager's answer to a registration (contract: `RegisteredWorker`).
///
/// Managers in the field leave out fields that the contract requires, or send them empty, so only `uuid` is insisted on
/// when decoding.
public struct RegisteredWorker: Codable, Hashable, Sendable {
    /// The identity of the worker, which is its user name from now on.
    public var uuid: String
    /// The name that people see.
    public var nickname: String
    /// The network address that the manager saw.
    public var address: String
    /// The state of the worker.
    public var status: WorkerStatus
    /// The operating system.
    public var platform: String
    /// What the worker works on; empty when on nothing. The contract requires it without saying what it is.
    public var currentTask: String
    /// When the worker was last heard of; free text, since managers send an empty one.
    public var lastActivity: String
    /// The software that the worker runs.
    public var software: String
    /// The types of tasks that the worker takes.
    public var supportedTaskTypes: [String]

    /// A registered worker.
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

    private enum CodingKeys: String, CodingKey {
        case uuid, nickname, address, status, platform, software
        case currentTask = "current_task"
        case lastActivity = "last_activity"
        case supportedTaskTypes = "supported_task_types"
    }

    /// Decodes what is there; only `uuid` is required.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        uuid = try container.decode(String.self, forKey: .uuid)
        nickname = (try? container.decode(String.self, forKey: .nickname)) ?? ""
        address = (try? container.decode(String.self, forKey: .address)) ?? ""
        status = (try? container.decode(WorkerStatus.self, forKey: .status)) ?? .unknown("")
        platform = (try? container.decode(String.self, forKey: .platform)) ?? ""
        currentTask = (try? container.decode(String.self, forKey: .currentTask)) ?? ""
        lastActivity = (try? container.decode(String.self, forKey: .lastActivity)) ?? ""
        software = (try? container.decode(String.self, forKey: .software)) ?? ""
        supportedTaskTypes = (try? container.decode([String].self, forKey: .supportedTaskTypes)) ?? []
    }
}
