/// A wish to change the state of a worker (Flamenco 3: `WorkerStatusChangeRequest`).
public struct WorkerStatusChangeRequest: Codable, Hashable, Sendable {
    /// The state that the worker should go to.
    public var status: WorkerStatus
    /// Whether the worker may finish its task first.
    public var isLazy: Bool

    /// A wish for a state.
    public init(status: WorkerStatus, isLazy: Bool = false) {
        self.status = status
        self.isLazy = isLazy
    }

    private enum CodingKeys: String, CodingKey {
        case status
        case isLazy = "is_lazy"
    }

    /// Decodes a wish; one that does not say whether it is lazy is not. Flamenco 3 wants it said.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        status = try container.decode(WorkerStatus.self, forKey: .status)
        isLazy =
            decoder.dialect == .v3
            ? try container.decode(Bool.self, forKey: .isLazy)
            : try container.decodeIfPresent(Bool.self, forKey: .isLazy) ?? false
    }
}
