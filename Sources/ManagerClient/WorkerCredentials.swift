/// What a worker proves its identity with: HTTP Basic user and password.
public struct WorkerCredentials: Codable, Hashable, Sendable {
    /// The UUID that the manager gave the worker.
    public var workerID: String
    /// The secret that the worker made up and sent at registration.
    public var secret: String

    /// Credentials.
    public init(workerID: String, secret: String) {
        self.workerID = workerID
        self.secret = secret
    }

    private enum CodingKeys: String, CodingKey {
        case secret
        case workerID = "worker_id"
    }
}
