/// The states of a task (contract: `TaskStatus`).
public enum TaskStatus: WireEnum {
    case active
    case canceled
    case completed
    case failed
    case queued
    case softFailed
    case cancelRequested
    case paused
    /// A value that this program does not know, as it was spelled on the wire.
    case unknown(String)

    /// Every value that the contract names, with its spelling on the wire.
    public static let spellings: [(TaskStatus, String)] = [
        (.active, "active"),
        (.canceled, "canceled"),
        (.completed, "completed"),
        (.failed, "failed"),
        (.queued, "queued"),
        (.softFailed, "soft-failed"),
        (.cancelRequested, "cancel-requested"),
        (.paused, "paused"),
    ]

    /// The spelling, when the value is one that this program does not know.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }
}
