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
    /// The manager does not accept the credentials.
    case unauthorised
    /// The manager does not want to hear of this run of a task any more.
    case taskNotOurs(run: String)
    /// The manager says, for this reason, that this run of a task may not go on.
    case taskRefused(run: String, reason: String)

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
    case enough(LengthOfStay.End)
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
