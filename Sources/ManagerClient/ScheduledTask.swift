public import FlamencoAPI

/// A manager's answer to a worker that asks for a task (contract: `scheduleTask`).
public enum ScheduledTask: Hashable, Sendable {
    /// 200: run this.
    case task(AssignedTask)
    /// 200: a task that cannot be read, of which no more than the identity is known.
    case unreadable(AssignedTask, problem: String)
    /// 204: there is nothing to do.
    case none
    /// 409: the worker is not awake in the eyes of the manager.
    case notAwake
    /// 423: the worker has to go to this state.
    case goTo(WorkerStatus)
}
