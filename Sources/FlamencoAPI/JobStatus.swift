/// The states of a job (contract: `JobStatus`).
public enum JobStatus: WireEnum {
    case active
    case canceled
    case completed
    case constructionFailed
    case failed
    case paused
    case queued
    case archived
    case archiving
    case cancelRequested
    case failRequested
    case requeued
    case underConstruction
    case waitingForFiles
    case pauseRequested
    case requeueing
    /// A value that this program does not know, as it was spelled on the wire.
    case unknown(String)

    /// Every value that the contract names, with its spelling on the wire.
    public static let spellings: [(JobStatus, String)] = [
        (.active, "active"),
        (.canceled, "canceled"),
        (.completed, "completed"),
        (.constructionFailed, "construction-failed"),
        (.failed, "failed"),
        (.paused, "paused"),
        (.queued, "queued"),
        (.archived, "archived"),
        (.archiving, "archiving"),
        (.cancelRequested, "cancel-requested"),
        (.failRequested, "fail-requested"),
        (.requeued, "requeued"),
        (.underConstruction, "under-construction"),
        (.waitingForFiles, "waiting-for-files"),
        (.pauseRequested, "pause-requested"),
        (.requeueing, "requeueing"),
    ]

    /// The spelling, when the value is one that this program does not know.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }

    /// Encodes the value by the name that it goes by in the dialect of the encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode((encoder.dialect?.job(self) ?? self).spelling)
    }
}
