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

/// The worker of a task, or nobody: written as a worker whose members are empty, as Flamenco 3 does.
@propertyWrapper
public struct NobodyWhenAbsent: Codable, Hashable, Sendable {
    /// The worker.
    public var wrappedValue: TaskWorker?

    /// A worker, or nobody.
    public init(wrappedValue: TaskWorker?) { self.wrappedValue = wrappedValue }

    /// Decodes a worker; one without an identity is nobody.
    public init(from decoder: any Decoder) throws {
        let worker = try TaskWorker(from: decoder)
        wrappedValue = worker.id.isEmpty ? nil : worker
    }

    /// Encodes the worker.
    public func encode(to encoder: any Encoder) throws {
        try (wrappedValue ?? TaskWorker(id: "", name: "", address: "")).encode(to: encoder)
    }
}

extension KeyedDecodingContainer {
    /// Decodes a worker that may be absent altogether.
    func decode(_ type: NobodyWhenAbsent.Type, forKey key: Key) throws -> NobodyWhenAbsent {
        try decodeIfPresent(type, forKey: key) ?? NobodyWhenAbsent(wrappedValue: nil)
    }
}
