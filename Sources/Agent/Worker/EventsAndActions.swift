package import FlamencoAPI

/// The events of a worker.
package enum WorkerEvent: Hashable, Sendable {
    /// The manager accepted the sign-on and requests this state. A new worker has another ID than before: its current
    /// task no longer belongs to it.
    case signedOn(requested: WorkerStatus, isNewWorker: Bool)
    /// The manager received the new state, or does not accept it.
    case acknowledged
    /// The manager requests this state.
    case stateRequested(WorkerStatus)
    /// The manager no longer requests another state.
    case requestWithdrawn
    /// The manager does not accept the credentials.
    case unauthorised
    /// The manager accepts no more updates for this run of a task.
    case taskNotOurs(run: String)
    /// The manager does not allow this run of a task to continue, for this reason.
    case taskRefused(run: String, reason: String)

    /// The node lets its worker work, or sleep.
    case node(NodeWish)

    /// A task started.
    case taskStarted
    /// A task ended, with any outcome.
    case taskEnded
    /// Something keeps the worker from requesting tasks.
    case heldUp
    /// The worker can request tasks again.
    case freeAgain
    /// No more tasks are requested, and none is running.
    case workEnded(WorkEnd)

    /// Another error occurred in the communication with the manager.
    case conversationFailed(String)
    /// SIGTERM or SIGINT was received.
    case terminate
    /// The worker has finished leaving.
    case left
}

/// Why a worker stopped working on tasks.
package enum WorkEnd: Hashable, Sendable {
    /// It was told to stop.
    case stopped
    /// It was told to finish.
    case finished
    /// It has reached the end of its configured lifetime.
    case enough(RetirementPolicy.Reason)
    /// The manager requests this state (contract: 423).
    case stateRequested(WorkerStatus)
    /// The manager does not consider this worker awake (contract: 409).
    case notAwake
    /// The manager does not accept the credentials.
    case unauthorised
}

extension WorkerEvent {
    /// Derives the event from one of the update sender.
    init(_ event: DeliveryEvent) {
        self =
            switch event {
            case .taskNotOurs(_, let run): .taskNotOurs(run: run)
            case .unauthorised: .unauthorised
            }
    }
}

/// The actions of a worker.
///
/// Signing on, acknowledging, polling and leaving are one conversation with the manager: each replaces the one before,
/// which is cancelled.
package enum WorkerAction: Hashable, Sendable {
    /// Sign on with the manager, with new credentials if necessary.
    case signOn
    /// Report this state to the manager.
    case acknowledge(WorkerStatus)
    /// Poll the requested state, at the rate of a worker in this state, until it differs from the known one.
    case pollState(WorkerStatus, known: WorkerStatus? = nil)
    /// End the current conversation, and start no other.
    case stopPolling
    /// Deliver what is waiting, and sign off if the manager counts the worker as on; both with a time limit.
    /// `signedOn` is whether it signed on in this run.
    case leave(signedOn: Bool, for: WorkerExit)

    /// Request tasks and run them.
    case startWork
    /// Stop the running task, and request no more.
    case stopWork(StopReason)
    /// Request no more tasks, and let the running one finish.
    case finishWork
    /// Request tasks again after the running one.
    case continueWork
    /// Stop this run of a task if it is the current one, and continue with others.
    case dropTask(run: String)
    /// Stop this run of a task if it is the current one, deliver what it has printed, and continue with others.
    case stopTask(run: String, reason: String)
    /// Kill immediately what is being stopped.
    case skipGrace
    /// Deliver updates again, after the credentials were rejected.
    case resumeDelivery

    /// End the process.
    case exit(WorkerExit)
}

/// Why a running task is stopped, in words for people.
package enum StopReason: Hashable, Sendable {
    /// The manager requests another state.
    case stateRequested(WorkerStatus)
    /// The node should not work now, for this reason.
    case nodeSleeps(String)
    /// The agent is stopping.
    case terminated
    /// The worker was registered anew; the task no longer belongs to it.
    case newIdentity
}

extension StopReason: CustomStringConvertible {
    /// The reason as text.
    package var description: String {
        switch self {
        case .stateRequested(let status): "the manager requested the state \"\(status)\""
        case .nodeSleeps(let reason): reason
        case .terminated: "the agent is stopping"
        case .newIdentity: "the manager no longer knows the worker that was assigned this task"
        }
    }
}

/// How a worker exits.
package enum WorkerExit: Hashable, Sendable {
    /// Finally.
    case stop
    /// To be started again.
    case restart
}
