package import FlamencoAPI

/// A farm's answer to a worker that asks for a task.
package enum Assignment: Hashable, Sendable {
    /// It has to run this (200).
    case task(AssignedTask)
    /// There is nothing for it to do (204).
    case nothing
    /// It is not awake (409), but in this state.
    case notAwake(WorkerStatus)
    /// It has to go to another state first (423).
    case stateChangeRequested(WorkerStateChange)
}
