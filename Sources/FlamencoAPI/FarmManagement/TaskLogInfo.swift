/// Where the log of a task is (Flamenco 3: `TaskLogInfo`).
public struct TaskLogInfo: Codable, Hashable, Sendable {
    /// The identity of the task.
    public var taskID: String
    /// The identity of the job that the task belongs to.
    public var jobID: String
    /// How many bytes there are.
    public var size: Int
    /// Where to get the whole log.
    public var url: String

    /// The log of a task.
    public init(taskID: String, jobID: String, size: Int, url: String) {
        self.taskID = taskID
        self.jobID = jobID
        self.size = size
        self.url = url
    }

    private enum CodingKeys: String, CodingKey {
        case size, url
        case taskID = "task_id"
        case jobID = "job_id"
    }
}
