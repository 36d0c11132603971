/// The worker of a task (Flamenco 3: `TaskWorker`).
public struct TaskWorker: Codable, Hashable, Sendable {
    /// The identity of the worker.
    public var id: String
    /// The name that people see.
    public var name: String
    /// The network address.
    public var address: String

    /// A worker of a task.
    public init(id: String, name: String, address: String) {
        self.id = id
        self.name = name
        self.address = address
    }
}
