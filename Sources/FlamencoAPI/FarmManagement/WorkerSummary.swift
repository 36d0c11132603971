/// A worker in a list (Flamenco 3: `WorkerSummary`).
public struct WorkerSummary: Codable, Hashable, Sendable {
    /// The identity of the worker.
    public var id: String
    /// The name that people see.
    public var name: String
    /// The state that the worker is in.
    public var status: WorkerStatus
    /// The state that it has been asked to go to.
    public var statusChange: WorkerStatusChangeRequest?
    /// When it was last heard of.
    public var lastSeen: Timestamp?
    /// The version of its software.
    public var version: String
    /// Whether something starts it again when it leaves to be restarted; absent when the manager does not say.
    public var canRestart: Bool?

    /// A worker in a list.
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
