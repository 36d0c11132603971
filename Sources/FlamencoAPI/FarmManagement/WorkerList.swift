/// The workers of a farm (Flamenco 3: `WorkerList`).
public struct WorkerList: Codable, Hashable, Sendable {
    /// The workers, in the order of their registration.
    public var workers: [WorkerSummary]

    /// A list of workers.
    public init(workers: [WorkerSummary]) { self.workers = workers }
}
