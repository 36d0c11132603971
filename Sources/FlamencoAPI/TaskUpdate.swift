/// Word of how a task goes on (contract: `TaskUpdate`). Any part may be absent; an empty update is allowed.
public struct TaskUpdate: Codable, Hashable, Sendable {
    /// The new state of the task.
    public var taskStatus: TaskStatus?
    /// One line on what is happening now; takes the place of the one before.
    public var activity: String?
    /// Log text, which the manager appends to what it has.
    public var log: String?

    /// An update.
    public init(taskStatus: TaskStatus? = nil, activity: String? = nil, log: String? = nil) {
        self.taskStatus = taskStatus
        self.activity = activity
        self.log = log
    }
}
