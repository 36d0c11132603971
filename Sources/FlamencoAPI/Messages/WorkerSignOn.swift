/// What a worker says when it comes to work (contract and Flamenco 3: `WorkerSignOn`).
public struct WorkerSignOn: Hashable, Sendable {
    /// The name that people see.
    public var nickname: String
    /// The types of tasks that the worker takes.
    public var supportedTaskTypes: [String]
    /// The software that the worker runs.
    public var softwareVersion: String
    /// Whether something starts the worker again when it leaves to be restarted.
    public var canRestart: Bool

    /// A sign-on.
    public init(nickname: String, supportedTaskTypes: [String], softwareVersion: String, canRestart: Bool = false) {
        self.nickname = nickname
        self.supportedTaskTypes = supportedTaskTypes
        self.softwareVersion = softwareVersion
        self.canRestart = canRestart
    }
}

extension WorkerSignOn: Codable {
    /// Decodes a sign-on; a worker that does not say that it can be restarted cannot.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: WireKey.self)
        nickname = try container.decode(String.self, forKey: decoder.workerName)
        supportedTaskTypes = try container.decode([String].self, forKey: "supported_task_types")
        softwareVersion = try container.decode(String.self, forKey: "software_version")
        canRestart = try container.decodeIfPresent(Bool.self, forKey: "can_restart") ?? false
    }

    /// Encodes what the dialect of the encoder has.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: WireKey.self)
        try container.encode(nickname, forKey: encoder.workerName)
        try container.encode(supportedTaskTypes, forKey: "supported_task_types")
        try container.encode(softwareVersion, forKey: "software_version")
        if canRestart, encoder.has(.restart) { try container.encode(true, forKey: "can_restart") }
    }
}

/// The state that a manager wants a worker to go to (contract: `WorkerStateChange`).
public struct WorkerStateChange: Codable, Hashable, Sendable {
    /// The state to go to.
    public var statusRequested: WorkerStatus

    /// A request for a state.
    public init(statusRequested: WorkerStatus) { self.statusRequested = statusRequested }

    private enum CodingKeys: String, CodingKey {
        case statusRequested = "status_requested"
    }
}

/// The state that a worker is in now (contract: `WorkerStateChanged`).
public struct WorkerStateChanged: Codable, Hashable, Sendable {
    /// The state that was entered.
    public var status: WorkerStatus

    /// Word of a state that was entered.
    public init(status: WorkerStatus) { self.status = status }
}
