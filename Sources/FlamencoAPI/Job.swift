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
