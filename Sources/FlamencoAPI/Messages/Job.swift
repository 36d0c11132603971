/// A job as a manager knows it (contract: `Job`): what was submitted, and what became of it.
public struct Job: Hashable, Sendable {
    /// What was submitted.
    public var submitted: SubmittedJob
    /// The identity of the job.
    public var id: String
    /// When it was submitted.
    public var created: Timestamp
    /// When it last changed.
    public var updated: Timestamp
    /// Its state.
    public var status: JobStatus
    /// What last happened to it, in one sentence.
    public var activity: String
    /// How many steps of its tasks are done.
    public var stepsCompleted: Int
    /// How many steps its tasks have.
    public var stepsTotal: Int

    /// A job.
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

    /// A list of jobs.
    public init(jobs: [Job]) { self.jobs = jobs }
}

/// Which jobs somebody wants to see (Flamenco 3.0 to 3.5: `JobsQuery`).
public struct JobsQuery: Codable, Hashable, Sendable {
    /// How many jobs are passed over.
    public var offset: Int?
    /// How many jobs there may be at most.
    public var limit: Int?
    /// The states that jobs have to be in; any when absent.
    public var statusIn: [JobStatus]?
    /// What has to stand in the metadata.
    public var metadata: JobMetadata?
    /// The settings that jobs have to have.
    public var settings: JobSettings?

    /// A query.
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

/// Which jobs are to be deleted (Flamenco 3: `JobMassDeletionSelection`).
public struct JobMassDeletion: Codable, Hashable, Sendable {
    /// Jobs that last changed then or earlier.
    public var lastUpdatedMax: Timestamp

    /// A selection.
    public init(lastUpdatedMax: Timestamp) { self.lastUpdatedMax = lastUpdatedMax }

    private enum CodingKeys: String, CodingKey { case lastUpdatedMax = "last_updated_max" }
}

/// What would go with a job if it were deleted (Flamenco 3: `JobDeletionInfo`).
public struct JobDeletionInfo: Codable, Hashable, Sendable {
    /// Whether its files in Shaman would.
    public var deletesShamanCheckout: Bool

    /// What would go.
    public init(deletesShamanCheckout: Bool) { self.deletesShamanCheckout = deletesShamanCheckout }

    private enum CodingKeys: String, CodingKey { case deletesShamanCheckout = "shaman_checkout" }
}

/// A worker that gets no more tasks of a type in a job (Flamenco 3: `JobBlocklistEntry`).
public struct JobBlocklistEntry: Codable, Hashable, Sendable {
    /// The identity of the worker.
    public var workerID: String
    /// The type of the tasks.
    public var taskType: String
    /// The name of the worker that people see.
    public var workerName: String?

    /// A blocked worker.
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

/// The workers that get no more tasks of some type in a job (Flamenco 3: `JobBlocklist`).
public typealias JobBlocklist = [JobBlocklistEntry]
