/// The APIs that Flamenco managers speak: which paths, field names and statuses each has is decided here and nowhere else.
///
/// Values are the same in both; a dialect goes with the encoder or decoder that turns them into JSON (``WireJSON``).
public enum APIDialect: String, CaseIterable, Codable, Hashable, Sendable {
    /// The contract of 2022.
    case v2022 = "2022"
    /// What the released Flamenco 3 speaks.
    case v3

    /// What one dialect has and another has not.
    public enum Feature: Hashable, Sendable {
        /// Tasks and commands tell how many steps they have, and updates how many are done.
        case steps
        /// Workers say whether they can be restarted, and are asked to.
        case restart
        /// Workers ask whether they may go on with a task.
        case taskPermission
        /// Workers send images of what they made.
        case previews
        /// Versions come with their short form and commit.
        case longVersion
        /// Jobs say on which platform they were submitted, and more about how they are to be run.
        case submission
        /// Settings of job types have labels and degrees of visibility, job types an etag.
        case labelledSettings
        /// Leaving for good is a status of its own, apart from being away.
        case shutdown
    }

    /// The name that people know it by.
    public var name: String {
        switch self {
        case .v2022: "the API of 2022"
        case .v3: "Flamenco 3"
        }
    }

    /// What all paths begin with.
    public var root: String {
        switch self {
        case .v2022: "/api"
        case .v3: "/api/v3"
        }
    }

    /// Where a manager serves its own description, below the root.
    var documentPath: String {
        switch self {
        case .v2022: "/openapi.json"
        case .v3: "/openapi3.json"
        }
    }

    /// Whether it has this.
    public func has(_ feature: Feature) -> Bool {
        switch feature {
        case .steps, .restart, .taskPermission, .previews, .longVersion, .submission, .labelledSettings: self == .v3
        case .shutdown: self == .v2022
        }
    }

    /// The name of the field that has the name of a worker.
    package var workerNameField: String { workerName.stringValue }

    /// The field that has the name of a worker.
    var workerName: WireKey {
        switch self {
        case .v2022: "nickname"
        case .v3: "name"
        }
    }

    /// A status of a worker by the name that it goes by in this dialect.
    ///
    /// Whoever has not heard of restarting, or of shutting down, has one word for going: that one is used.
    public func worker(_ status: WorkerStatus) -> WorkerStatus {
        switch status {
        case .shutdown where !has(.shutdown): .offline
        case .restart where !has(.restart): .shutdown
        default: status
        }
    }

    /// A status of a job by the name that it goes by in this dialect, or by that of the one that is nearest to it.
    public func job(_ status: JobStatus) -> JobStatus {
        if jobStatuses.contains(status) { return status }
        return switch status {
        // Something runs until the job is paused.
        case .pauseRequested: .active
        case .requeueing: .requeued
        case .requeued: .requeueing
        case .archived, .archiving: .completed
        case .failRequested, .constructionFailed: .failed
        case .waitingForFiles: .underConstruction
        default: status
        }
    }

    /// The status of a task in the hands of the worker that has it, before it said anything.
    public var assignedStatus: TaskStatus {
        switch self {
        case .v2022: .queued
        case .v3: .active
        }
    }

    /// The statuses of a worker that there are.
    public var workerStatuses: [WorkerStatus] {
        WorkerStatus.spellings.map(\.0).filter { worker($0) == $0 }
    }

    /// The statuses of a job that there are.
    public var jobStatuses: [JobStatus] {
        switch self {
        case .v2022:
            [
                .active, .canceled, .completed, .constructionFailed, .failed, .paused, .queued, .archived, .archiving,
                .cancelRequested, .failRequested, .requeued, .underConstruction, .waitingForFiles,
            ]
        case .v3:
            [
                .active, .canceled, .completed, .failed, .paused, .pauseRequested, .queued, .cancelRequested,
                .requeueing, .underConstruction,
            ]
        }
    }

    /// The statuses of a task that there are.
    public var taskStatuses: [TaskStatus] {
        TaskStatus.spellings.map(\.0).filter { self == .v2022 || $0 != .cancelRequested }
    }
}

/// The dialect of a coder; without one, values are coded whole, with the field names of 2022, to be read back by the same
/// program.
extension Encoder {
    var dialect: APIDialect? { userInfo.dialect }
    func has(_ feature: APIDialect.Feature) -> Bool { dialect?.has(feature) ?? true }
    var workerName: WireKey { (dialect ?? .v2022).workerName }
}

extension Decoder {
    var dialect: APIDialect? { userInfo.dialect }
    func has(_ feature: APIDialect.Feature) -> Bool { dialect?.has(feature) ?? true }
    var workerName: WireKey { (dialect ?? .v2022).workerName }
}

extension KeyedDecodingContainer {
    /// A text that only some dialects insist on.
    func text(_ key: Key, isRequired: Bool) throws -> String? {
        isRequired ? try decode(String.self, forKey: key) : try decodeIfPresent(String.self, forKey: key)
    }
}

extension [CodingUserInfoKey: any Sendable] {
    init(_ dialect: APIDialect?) {
        self.init()
        if let key = Self.key, let dialect { self[key] = dialect }
    }
}

extension [CodingUserInfoKey: Any] {
    /// The dialect that was put in.
    fileprivate var dialect: APIDialect? {
        [CodingUserInfoKey: any Sendable].key.flatMap { self[$0] as? APIDialect }
    }
}

extension [CodingUserInfoKey: any Sendable] {
    // Any text is a name for a key, but the initialiser can say no.
    fileprivate static let key = CodingUserInfoKey(rawValue: "flamenco.dialect")
}
