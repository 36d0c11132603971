/// The sign-on of a worker (contract and Flamenco 3: `WorkerSignOn`).
public struct WorkerSignOn: Hashable, Sendable {
    /// The name shown to users.
    public var nickname: String
    /// The types of tasks that the worker accepts.
    public var supportedTaskTypes: [String]
    /// The software of the worker.
    public var softwareVersion: String
    /// Whether the worker is started again after it exits for a restart.
    public var canRestart: Bool

    /// Creates a sign-on.
    public init(nickname: String, supportedTaskTypes: [String], softwareVersion: String, canRestart: Bool = false) {
        self.nickname = nickname
        self.supportedTaskTypes = supportedTaskTypes
        self.softwareVersion = softwareVersion
        self.canRestart = canRestart
    }
}

extension WorkerSignOn: Codable {
    /// Decodes a sign-on; without `can_restart`, a worker cannot be restarted.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: WireKey.self)
        nickname = try container.decode(String.self, forKey: decoder.workerName)
        supportedTaskTypes = try container.decode([String].self, forKey: "supported_task_types")
        softwareVersion = try container.decode(String.self, forKey: "software_version")
        canRestart = try container.decodeIfPresent(Bool.self, forKey: "can_restart") ?? false
    }

    /// Encodes the fields of the encoder's dialect.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: WireKey.self)
        try container.encode(nickname, forKey: encoder.workerName)
        try container.encode(supportedTaskTypes, forKey: "supported_task_types")
        try container.encode(softwareVersion, forKey: "software_version")
        if canRestart, encoder.has(.restart) { try container.encode(true, forKey: "can_restart") }
    }
}

/// The status that a manager requests of a worker (contract: `WorkerStateChange`).
public struct WorkerStateChange: Codable, Hashable, Sendable {
    /// The requested status.
    public var statusRequested: WorkerStatus

    /// Creates a request for a status.
    public init(statusRequested: WorkerStatus) { self.statusRequested = statusRequested }

    private enum CodingKeys: String, CodingKey {
        case statusRequested = "status_requested"
    }
}

/// The new status of a worker (contract: `WorkerStateChanged`).
public struct WorkerStateChanged: Codable, Hashable, Sendable {
    /// The new status.
    public var status: WorkerStatus

    /// Creates the report of a status.
    public init(status: WorkerStatus) { self.status = status }
}
