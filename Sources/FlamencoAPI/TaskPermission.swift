/// A manager's answer to a worker that asks whether it may go on with a task (Flamenco 3: `MayKeepRunning`).
public struct TaskPermission: Codable, Hashable, Sendable {
    /// Whether the worker may go on.
    public var mayKeepRunning: Bool
    /// Why not; empty when it may.
    public var reason: String
    /// Whether the manager wants the worker to be in another state, which it has to ask for.
    public var statusChangeRequested: Bool

    /// An answer.
    public init(mayKeepRunning: Bool, reason: String = "", statusChangeRequested: Bool = false) {
        self.mayKeepRunning = mayKeepRunning
        self.reason = reason
        self.statusChangeRequested = statusChangeRequested
    }

    /// Decodes an answer; only `mayKeepRunning` is insisted on.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        mayKeepRunning = try container.decode(Bool.self, forKey: .mayKeepRunning)
        reason = (try? container.decode(String.self, forKey: .reason)) ?? ""
        statusChangeRequested = (try? container.decode(Bool.self, forKey: .statusChangeRequested)) ?? false
    }
}
