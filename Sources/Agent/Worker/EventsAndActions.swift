package import FlamencoAPI

/// What can happen to a worker.
package enum WorkerEvent: Hashable, Sendable {
    /// The manager took the sign-on and wants this state. A new worker has another identity than before: whatever it was
    /// working on is not its own any more.
    case signedOn(requested: WorkerStatus, isNewWorker: Bool)
    /// The manager knows of the state that was entered, or does not want to.
    case acknowledged
    /// The manager wants this state.
    case stateRequested(WorkerStatus)
    /// The manager does not want another state any more that it did want.
    case requestWithdrawn
    /// The manager does not accept the credentials.
    case unauthorised
    /// The manager does not want to hear of this run of a task any more.
    case taskNotOurs(run: String)
    /// The manager says, for this reason, that this run of a task may not go on.
    case taskRefused(run: String, reason: String)

    /// The node itself lets its worker work, or has it sleep.
    case node(NodeWish)

    /// A task began to run.
    case taskStarted
    /// The task came to its end, whichever.
    case taskEnded
    /// Something keeps the worker from asking for tasks, until it is gone.
    case heldUp
    /// Nothing does any more.
    case freeAgain
    /// No more tasks are asked for, and none runs.
    case workEnded(WorkEnd)

    /// Something else went wrong while the worker told or asked the manager: this.
    case conversationFailed(String)
    /// SIGTERM or SIGINT came.
    case terminate
    /// All that a leaving worker does is done.
    case left
}

/// Why a worker stopped working on tasks.
package enum WorkEnd: Hashable, Sendable {
    /// It was told to stop.
    case stopped
    /// It was told to finish.
    case finished
    /// It has been there for long enough.
    case enough(RetirementPolicy.Reason)
    /// The manager wants this state (contract: 423).
    case stateRequested(WorkerStatus)
    /// The manager does not see this worker awake (contract: 409).
    case notAwake
    /// The manager does not accept the credentials.
    case unauthorised
}

extension WorkerEvent {
    /// What the delivery of updates found out.
    init(_ event: DeliveryEvent) {
        self =
            switch event {
            case .taskNotOurs(_, let run): .taskNotOurs(run: run)
            case .unauthorised: .unauthorised
            }
    }
}

/// What a worker has to do.
///
/// Signing on, acknowledging, polling and leaving are one conversation with the manager: each takes the place of the one
/// before, which is cancelled.
package enum WorkerAction: Hashable, Sendable {
    /// Sign on at the manager, with new credentials if need be.
    case signOn
    /// Tell the manager that this state was entered.
    case acknowledge(WorkerStatus)
    /// Ask again and again which state is wanted, at the pace of a worker in this state, until it is another than the one that
    /// is known to be wanted.
    case pollState(WorkerStatus, known: WorkerStatus? = nil)
    /// End the conversation that is on, and begin no other.
    case stopPolling
    /// Deliver what is waiting, and sign off if the worker ever signed on; both within bounds.
    case leave(signedOn: Bool, for: WorkerExit)

    /// Ask for tasks and run them.
    case startWork
    /// Stop the running task, and ask for no more.
    case stopWork(StopReason)
    /// Ask for no more tasks, and let the running one come to its end.
    case finishWork
    /// Ask for tasks again after the running one.
    case continueWork
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
    /// The node should do no work now, for this reason.
    case nodeSleeps(String)
    /// The agent is told to stop.
    case terminated
    /// The worker became another one; the task is not its own any more.
    case newIdentity
}

extension StopReason: CustomStringConvertible {
    /// The reason in words.
    package var description: String {
        switch self {
        case .stateRequested(let status): "the manager requested the state “\(status)”"
        case .nodeSleeps(let reason): reason
        case .terminated: "the agent is stopping"
        case .newIdentity: "the manager no longer knows the worker that was assigned this task"
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
