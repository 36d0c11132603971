/// The status of a job (contract: `JobStatus`).
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
    /// An unknown value, as spelled on the wire.
    case unknown(String)

    /// Every value in the contract, with its spelling on the wire.
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

    /// The spelling of an unknown value.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }

    /// Encodes the value with its name in the encoder's dialect.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode((encoder.dialect?.job(self) ?? self).spelling)
    }
}

/// The status of a task (contract: `TaskStatus`).
public enum TaskStatus: WireEnum {
    case active
    case canceled
    case completed
    case failed
    case queued
    case softFailed
    case cancelRequested
    case paused
    /// An unknown value, as spelled on the wire.
    case unknown(String)

    /// Every value in the contract, with its spelling on the wire.
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

    /// The spelling of an unknown value.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }
}

/// The status of a worker (contract and Flamenco 3: `WorkerStatus`).
public enum WorkerStatus: WireEnum {
    case starting
    case awake
    case asleep
    case error
    case shutdown
    case testing
    case offline
    /// Exiting to be started again (Flamenco 3).
    case restart
    /// An unknown value, as spelled on the wire.
    case unknown(String)

    /// Every value in any dialect, with its spelling on the wire.
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

    /// The spelling of an unknown value.
    public var unknownSpelling: String? {
        if case .unknown(let spelling) = self { spelling } else { nil }
    }

    /// Encodes the value with its name in the encoder's dialect.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode((encoder.dialect?.worker(self) ?? self).spelling)
    }
}
