/// What a worker says when it comes to work (contract: `WorkerSignOn`).
public struct WorkerSignOn: Codable, Hashable, Sendable {
    /// The name that people see.
    public var nickname: String
    /// The types of tasks that the worker takes.
    public var supportedTaskTypes: [String]
    /// The software that the worker runs.
    public var softwareVersion: String

    /// A sign-on.
    public init(nickname: String, supportedTaskTypes: [String], softwareVersion: String) {
        self.nickname = nickname
        self.supportedTaskTypes = supportedTaskTypes
        self.softwareVersion = softwareVersion
    }

    private enum CodingKeys: String, CodingKey {
        case nickname
        case supportedTaskTypes = "supported_task_types"
        case softwareVersion = "software_version"
    }
}
