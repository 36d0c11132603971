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

/// The states of a worker (contract and Flamenco 3: `WorkerStatus`).
public enum WorkerStatus: WireEnum {
    case starting
    case awake
    case asleep
    case error
    case shutdown
    case testing
    case offline
    /// Leaving to be started again (Flamenco 3).
    case restart
    /// A value that this program does not know, as it was spelled on the wire.
    case unknown(String)

    /// Every value that a dialect names, with its spelling on the wire.
    public static let spellings: [(WorkerStatus, String)] = [
        (.starting, "starting"),
        (.awake, "awake"),
        (.asleep, "asleep"),
        (.error, "error"),
        (.shutdown, "shutdown"),
        (.testing, "testing"),
        (.offline, "offline"),
        (.restart, "restart"),
    ]

    /// The spelling, when the value is one that this program does not know.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }

    /// Encodes the value by the name that it goes by in the dialect of the encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode((encoder.dialect?.worker(self) ?? self).spelling)
    }
}
