/// The task that a worker has (Flamenco 3: `WorkerTask`): its summary, and the job that it belongs to.
public struct WorkerTask: Hashable, Sendable {
    /// What a list says of the task.
    public var summary: TaskSummary
    /// The identity of the job that the task belongs to.
    public var jobID: String

    /// A task of a worker.
    public init(summary: TaskSummary, jobID: String) {
        self.summary = summary
        self.jobID = jobID
    }
}

extension WorkerTask: Codable {
    private enum CodingKeys: String, CodingKey {
        case jobID = "job_id"
    }

    /// Decodes the summary and the job from one object.
    public init(from decoder: any Decoder) throws {
        summary = try TaskSummary(from: decoder)
        jobID = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .jobID)
    }

    /// Encodes the summary and the job into one object.
    public func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(jobID, forKey: .jobID)
    }
}
