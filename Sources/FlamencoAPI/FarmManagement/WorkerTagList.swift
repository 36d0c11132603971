/// The tags that workers can have (Flamenco 3: `WorkerTagList`).
public struct WorkerTagList: Codable, Hashable, Sendable {
    /// The tags.
    public var tags: [WorkerTag]

    /// A list of tags.
    public init(tags: [WorkerTag] = []) { self.tags = tags }
}

/// A tag of workers (Flamenco 3: `WorkerTag`).
public struct WorkerTag: Codable, Hashable, Sendable {
    /// The identity of the tag.
    public var id: String?
    /// The name that people see.
    public var name: String

    /// A tag.
    public init(id: String? = nil, name: String) {
        self.id = id
        self.name = name
    }
}
