/// The APIs of Flamenco managers: the paths, field names and statuses of each are defined here and nowhere else.
///
/// Values are the same in both; the dialect is passed to the encoder or decoder (``WireJSON``).
public enum APIDialect: String, CaseIterable, Codable, Hashable, Sendable {
    /// The contract of 2022.
    case v2022 = "2022"
    /// The API of released Flamenco 3 managers.
    case v3

    /// A feature that not all dialects have.
    public enum Feature: Hashable, Sendable {
        /// Tasks and commands have a number of steps, and updates the number of completed steps.
        case steps
        /// Workers report whether they can be restarted, and can be told to.
        case restart
        /// Workers ask whether they may continue a task.
        case taskPermission
        /// Workers upload images of their output.
        case previews
        /// Versions include their short form and commit.
        case longVersion
        /// Jobs contain the platform of the submitter, and more about how they are to be run.
        case submission
        /// Settings of job types have labels and levels of visibility, job types an etag.
        case labelledSettings
        /// Exiting finally is a status of its own, separate from being offline.
        case shutdown
    }

    /// The name for users.
    public var name: String {
        switch self {
        case .v2022: "the API of 2022"
        case .v3: "Flamenco 3"
        }
    }

    /// The prefix of all paths.
    public var root: String {
        switch self {
        case .v2022: "/api"
        case .v3: "/api/v3"
        }
    }

    /// The path of the manager's API description, below the root.
    var documentPath: String {
        switch self {
        case .v2022: "/openapi.json"
        case .v3: "/openapi3.json"
        }
    }

    /// Whether it has a feature.
    public func has(_ feature: Feature) -> Bool {
        switch feature {
        case .steps, .restart, .taskPermission, .previews, .longVersion, .submission, .labelledSettings: self == .v3
        case .shutdown: self == .v2022
        }
    }

    /// The name of the field with the name of a worker.
    package var workerNameField: String { workerName.stringValue }

    /// The field with the name of a worker.
    var workerName: WireKey {
        switch self {
        case .v2022: "nickname"
        case .v3: "name"
        }
    }

    /// Returns the status of a worker as named in this dialect.
    ///
    /// A dialect without restarting or shutting down has one status for exiting, which is used for these.
    public func worker(_ status: WorkerStatus) -> WorkerStatus {
        switch status {
        case .shutdown where !has(.shutdown): .offline
        case .restart where !has(.restart): .shutdown
        default: status
        }
    }

    /// Returns the status of a job as named in this dialect, or the nearest one.
    public func job(_ status: JobStatus) -> JobStatus {
        if jobStatuses.contains(status) { return status }
        return switch status {
        // A task is running until the job is paused.
        case .pauseRequested: .active
        case .requeueing: .requeued
        case .requeued: .requeueing
        case .archived, .archiving: .completed
        case .failRequested, .constructionFailed: .failed
        case .waitingForFiles: .underConstruction
        default: status
        }
    }

    /// The status of a task that was assigned to a worker and not updated yet.
    public var assignedStatus: TaskStatus {
        switch self {
        case .v2022: .queued
        case .v3: .active
        }
    }

    /// The statuses of workers in this dialect.
    public var workerStatuses: [WorkerStatus] {
        WorkerStatus.spellings.map(\.0).filter { worker($0) == $0 }
    }

    /// The statuses of jobs in this dialect.
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

    /// The statuses of tasks in this dialect.
    public var taskStatuses: [TaskStatus] {
        TaskStatus.spellings.map(\.0).filter { self == .v2022 || $0 != .cancelRequested }
    }
}

/// The dialect of a coder; without one, values are coded completely, with the field names of 2022, to be read by the
/// same program.
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
    /// Decodes a text that only some dialects require.
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
    /// The dialect in the coder's user info.
    fileprivate var dialect: APIDialect? {
        [CodingUserInfoKey: any Sendable].key.flatMap { self[$0] as? APIDialect }
    }
}

extension [CodingUserInfoKey: any Sendable] {
    // Any text is a valid key, but the initialiser is failable.
    fileprivate static let key = CodingUserInfoKey(rawValue: "flamenco.dialect")
}
