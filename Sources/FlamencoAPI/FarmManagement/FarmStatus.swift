/// What a farm as a whole is doing (Flamenco 3: `FarmStatus`).
public enum FarmStatus: WireEnum {
    /// Workers are at work.
    case active
    /// Workers are awake, and there is nothing to do.
    case idle
    /// There is something to do, and no worker is awake for it.
    case waiting
    /// All workers sleep, and there is nothing to do.
    case asleep
    /// There is no worker, or none that could be woken.
    case inoperative
    /// A value that this program does not know, as it was spelled on the wire.
    case unknown(String)

    /// Every value, with its spelling on the wire.
    public static let spellings: [(FarmStatus, String)] = [
        (.active, "active"),
        (.idle, "idle"),
        (.waiting, "waiting"),
        (.asleep, "asleep"),
        (.inoperative, "inoperative"),
    ]

    /// The spelling, when the value is one that this program does not know.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }
}

/// A manager's answer to the question what the farm is doing (Flamenco 3: `FarmStatusReport`).
public struct FarmStatusReport: Codable, Hashable, Sendable {
    /// What the farm is doing.
    public var status: FarmStatus

    /// An answer.
    public init(status: FarmStatus) { self.status = status }
}
