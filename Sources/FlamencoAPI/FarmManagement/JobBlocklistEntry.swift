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
