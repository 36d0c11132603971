package import FlamencoAPI

/// What a worker has to do.
///
/// Signing on, acknowledging, polling and leaving are one conversation with the manager: each takes the place of the one
/// before, which is cancelled.
package enum WorkerAction: Hashable, Sendable {
    /// Say hello to the manager, with new credentials if need be.
    case signOn
    /// Tell the manager that this state was entered.
    case acknowledge(WorkerStatus)
    /// Ask again and again which state is wanted, at the pace of a worker in this state.
    case pollState(WorkerStatus)
    /// Say nothing.
    case keepQuiet
    /// Deliver what is waiting, and say goodbye if the worker ever said hello; both within bounds.
    case leave(signedOn: Bool, for: WorkerExit)

    /// Ask for tasks and run them.
    case startWork
    /// Stop the running task, and ask for no more.
    case stopWork(StopReason)
    /// Ask for no more tasks, and let the running one come to its end.
    case finishWork
    /// Stop this run of a task, if it is the one that goes on, and go on with others.
    case dropTask(run: String)
    /// Stop this run of a task, if it is the one that goes on, deliver what there is of it, and go on with others.
    case stopTask(run: String, reason: String)
    /// Kill at once what was asked to stop.
    case skipGrace
    /// Deliver updates again, after the credentials were refused.
    case resumeDelivery

    /// End the process.
    case exit(WorkerExit)
}

/// Why a running task is stopped, for the people who look at it.
package enum StopReason: Hashable, Sendable {
    /// The manager wants another state.
    case stateRequested(WorkerStatus)
    /// The agent is told to stop.
    case terminated
    /// The worker became another one; the task is not its own any more.
    case newIdentity
}

extension StopReason: CustomStringConvertible {
    /// The reason in words.
    package var description: String {
        switch self {
        case .stateRequested(let status): "the manager wants the worker to be \(status)"
        case .terminated: "the agent was told to stop"
        case .newIdentity: "the manager does not know the worker any more that this task was given to"
        }
    }
}

/// How a worker ends.
package enum WorkerExit: Hashable, Sendable {
    /// For good.
    case stop
    /// To be started again.
    case restart
}
