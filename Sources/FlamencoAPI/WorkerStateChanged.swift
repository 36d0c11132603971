/// The state that a worker is in now (contract: `WorkerStateChanged`).
public struct WorkerStateChanged: Codable, Hashable, Sendable {
    /// The state that was entered.
    public var status: WorkerStatus

    /// Word of a state that was entered.
    public init(status: WorkerStatus) { self.status = status }
}
