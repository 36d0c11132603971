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
