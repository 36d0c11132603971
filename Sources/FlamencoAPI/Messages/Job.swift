/// A job in a manager (contract: `Job`): what was submitted, and its current state.
public struct Job: Hashable, Sendable {
    /// What was submitted.
    public var submitted: SubmittedJob
    /// The UUID of the job.
    public var id: String
    /// When it was submitted.
    public var created: Timestamp
    /// When it was last updated.
    public var updated: Timestamp
    /// Its status.
    public var status: JobStatus
    /// The last event, in one sentence.
    public var activity: String
    /// The number of completed steps of its tasks.
    public var stepsCompleted: Int
    /// The total number of steps of its tasks.
    public var stepsTotal: Int

    /// Creates a job.
    public init(
        submitted: SubmittedJob, id: String, created: Timestamp, updated: Timestamp, status: JobStatus,
        activity: String = "", stepsCompleted: Int = 0, stepsTotal: Int = 0
    ) {
        self.submitted = submitted
        self.id = id
        self.created = created
        self.updated = updated
        self.status = status
        self.activity = activity
        self.stepsCompleted = stepsCompleted
        self.stepsTotal = stepsTotal
    }
}

extension Job: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, created, updated, status, activity
        case stepsCompleted = "steps_completed"
        case stepsTotal = "steps_total"
    }

    /// Decodes the submitted job and the manager's fields from one object.
    public init(from decoder: any Decoder) throws {
        submitted = try SubmittedJob(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        created = try container.decode(Timestamp.self, forKey: .created)
        updated = try container.decode(Timestamp.self, forKey: .updated)
        status = try container.decode(JobStatus.self, forKey: .status)
        activity = (try? container.decode(String.self, forKey: .activity)) ?? ""
        stepsCompleted = (try? container.decode(Int.self, forKey: .stepsCompleted)) ?? 0
        stepsTotal = (try? container.decode(Int.self, forKey: .stepsTotal)) ?? 0
    }

    /// Encodes the submitted job and the manager's fields into one object.
    public func encode(to encoder: any Encoder) throws {
        try submitted.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(created, forKey: .created)
        try container.encode(updated, forKey: .updated)
        try container.encode(status, forKey: .status)
        if encoder.dialect?.has(.submission) == true { try container.encode(activity, forKey: .activity) }
        if encoder.dialect?.has(.steps) == true {
            try container.encode(stepsCompleted, forKey: .stepsCompleted)
            try container.encode(stepsTotal, forKey: .stepsTotal)
        }
    }
}

/// The jobs of a farm (Flamenco 3: `JobsQueryResult`).
public struct JobList: Codable, Hashable, Sendable {
    /// The jobs, oldest first.
    public var jobs: [Job]

    /// Creates a list of jobs.
    public init(jobs: [Job]) { self.jobs = jobs }
}

/// A query for jobs (Flamenco 3.0 to 3.5: `JobsQuery`).
public struct JobsQuery: Codable, Hashable, Sendable {
    /// The number of jobs to skip.
    public var offset: Int?
    /// The maximum number of jobs to return.
    public var limit: Int?
    /// The statuses to include; if nil, all.
    public var statusIn: [JobStatus]?
    /// The required metadata.
    public var metadata: JobMetadata?
    /// The required settings.
    public var settings: JobSettings?

    /// Creates a query.
    public init(
        offset: Int? = nil, limit: Int? = nil, statusIn: [JobStatus]? = nil, metadata: JobMetadata? = nil,
        settings: JobSettings? = nil
    ) {
        self.offset = offset
        self.limit = limit
        self.statusIn = statusIn
        self.metadata = metadata
        self.settings = settings
    }

    private enum CodingKeys: String, CodingKey {
        case offset, limit, metadata, settings
        case statusIn = "status_in"
    }
}

/// The selection of jobs to delete (Flamenco 3: `JobMassDeletionSelection`).
public struct JobMassDeletion: Codable, Hashable, Sendable {
    /// Jobs last updated at or before this time.
    public var lastUpdatedMax: Timestamp

    /// Creates a selection.
    public init(lastUpdatedMax: Timestamp) { self.lastUpdatedMax = lastUpdatedMax }

    private enum CodingKeys: String, CodingKey { case lastUpdatedMax = "last_updated_max" }
}

/// What would be deleted along with a job (Flamenco 3: `JobDeletionInfo`).
public struct JobDeletionInfo: Codable, Hashable, Sendable {
    /// Whether its Shaman checkout would be deleted.
    public var deletesShamanCheckout: Bool

    /// Creates the information.
    public init(deletesShamanCheckout: Bool) { self.deletesShamanCheckout = deletesShamanCheckout }

    private enum CodingKeys: String, CodingKey { case deletesShamanCheckout = "shaman_checkout" }
}

/// A worker that is blocked from tasks of a type in a job (Flamenco 3: `JobBlocklistEntry`).
public struct JobBlocklistEntry: Codable, Hashable, Sendable {
    /// The UUID of the worker.
    public var workerID: String
    /// The type of the tasks.
    public var taskType: String
    /// The name of the worker.
    public var workerName: String?

    /// Creates a blocked worker.
    public init(workerID: String, taskType: String, workerName: String? = nil) {
        self.workerID = workerID
        self.taskType = taskType
        self.workerName = workerName
    }

    private enum CodingKeys: String, CodingKey {
        case workerID = "worker_id"
        case taskType = "task_type"
        case workerName = "worker_name"
    }
}

/// The workers that are blocked from task types in a job (Flamenco 3: `JobBlocklist`).
public typealias JobBlocklist = [JobBlocklistEntry]
