package import FlamencoAPI

/// The states of a worker and the transitions between them: every decision, and nothing else.
///
/// The worker passes events in, and performs the returned actions. Two activities run concurrently: a conversation with
/// the manager, and the work on tasks. (Action table and life of a worker: protocol of the contract.) Both the manager
/// and the node can make the worker sleep; it is awake while neither does.
package struct WorkerStateMachine: Sendable {
    /// The state of the conversation with the manager.
    package enum Conversation: Hashable, Sendable {
        case signingOn
        case acknowledging
        /// The manager knows the state.
        case settled
        case leaving
        case over
    }

    /// The state of the work on tasks.
    package enum Work: Hashable, Sendable {
        case none
        case askingForTasks
        /// An obstacle keeps the worker from requesting tasks.
        case heldUp
        case runningTask
        /// The worker was told to stop, and the running task is ending.
        case stopping
        /// The worker was told to request no more tasks, and a task is running. Afterwards it leaves if it was
        /// terminated, otherwise it sleeps.
        case finishing
    }

    /// A state that a worker is in or is changing to.
    private enum Goal: Hashable {
        case awake
        case asleep
        case exit(WorkerExit)

        /// A status that this worker does not implement means sleeping.
        init(requested: WorkerStatus) {
            self =
                switch requested {
                case .awake: .awake
                case .shutdown, .offline: .exit(.stop)
                case .restart: .exit(.restart)
                default: .asleep
                }
        }
    }

    package private(set) var conversation = Conversation.signingOn
    package private(set) var work = Work.none
    /// What the node wants.
    package private(set) var nodeWish = NodeWish.work
    /// What the manager requests, or a signal; nil before the first sign-on.
    private var wanted: Goal?
    /// The state that was last reported to the manager.
    private var told: WorkerStatus?
    private var wasSignedOn = false
    private var wasTerminated = false
    private let terminationRule: TerminationRule

    /// Creates a worker that has not started; see ``begin()``.
    package init(terminationRule: TerminationRule) { self.terminationRule = terminationRule }

    /// The status of the worker, as in the contract.
    package var status: WorkerStatus {
        switch (conversation, goal) {
        case (.leaving, _), (.over, _), (_, .exit): .shutdown
        case (_, nil): .starting
        case (_, .awake): .awake
        case (_, .asleep): .asleep
        }
    }

    /// Whether the manager requests the state "asleep", whatever the node wants.
    package var managerWantsSleep: Bool { wanted == .asleep }

    /// The goal derived from manager and node. A task that may finish keeps the worker awake.
    private var goal: Goal? {
        wanted == .awake && nodeWish != .work && work != .finishing ? .asleep : wanted
    }

    /// Returns the first actions.
    ///
    /// - Parameter wish: what the node wants.
    package mutating func begin(_ wish: NodeWish = .work) -> [WorkerAction] {
        nodeWish = wish
        return [.signOn]
    }

    /// Returns the actions for an event.
    package mutating func handle(_ event: WorkerEvent) -> [WorkerAction] {
        switch event {
        case .terminate: return terminate()
        case .workEnded(let end): return workEnded(end)
        case .taskStarted: return taskStarted()
        case .taskEnded: return taskEnded()
        case .node(let wish): return node(wants: wish)
        case .heldUp: return change(from: .askingForTasks, to: .heldUp, [.pollState(.awake)])
        case .freeAgain: return change(from: .heldUp, to: .askingForTasks, [.stopPolling])
        case .taskNotOurs(let run): return work == .none ? [] : [.dropTask(run: run)]
        case .taskRefused(let run, let reason):
            return work == .none ? [] : [.stopTask(run: run, reason: reason)]
        case .left: return left()
        case .conversationFailed: return conversationFailed()
        case .signedOn, .acknowledged, .stateRequested, .requestWithdrawn, .unauthorised:
            // A worker that is leaving ignores further events.
            if isLeaving { return [] }
            return manager(said: event)
        }
    }

    private var isLeaving: Bool {
        if case .exit = wanted { true } else { false }
    }
}

// MARK: - The manager

extension WorkerStateMachine {
    private mutating func manager(said event: WorkerEvent) -> [WorkerAction] {
        switch event {
        case .signedOn(let requested, let isNewWorker):
            wasSignedOn = true
            conversation = .settled
            let goal = Goal(requested: requested)
            if isRunning, goal == .awake, !isNewWorker {
                return [.resumeDelivery] + acknowledge()
            }
            return [.resumeDelivery] + go(to: goal, reason: isNewWorker ? .newIdentity : .stateRequested(requested))
        case .acknowledged:
            conversation = .settled
            return settled()
        case .stateRequested(let requested):
            if isKeptAsleepByNode, Goal(requested: requested) == .awake {
                // The manager knows that it sleeps; polling continues.
                wanted = .awake
                return [.pollState(.asleep, known: requested)]
            }
            return go(to: Goal(requested: requested), reason: .stateRequested(requested))
        case .requestWithdrawn:
            // If the manager withdraws a request to wake up, the current state is what it wants.
            guard isKeptAsleepByNode else { return [] }
            wanted = .asleep
            return [.pollState(.asleep)]
        case .unauthorised:
            if conversation == .signingOn { return [] }
            conversation = .signingOn
            return [.signOn]
        default:
            return []
        }
    }

    /// Starts the conversation again: it is unknown what the manager received.
    private mutating func conversationFailed() -> [WorkerAction] {
        if conversation == .leaving { return left() }
        if isLeaving { return [] }
        conversation = .signingOn
        return [.signOn]
    }

    /// Whether the worker sleeps because the node wants it, and the manager knows that it sleeps.
    private var isKeptAsleepByNode: Bool {
        work == .none && conversation == .settled && told == .asleep && nodeWish != .work
    }

    /// Changes to a state, by first stopping what runs.
    private mutating func go(to goal: Goal, reason: StopReason) -> [WorkerAction] {
        // A worker that finishes a task before leaving leaves without finishing it when the manager requests something
        // else.
        wanted = work == .finishing && wasTerminated && goal != .exit(.restart) ? .exit(.stop) : goal
        switch work {
        case .none:
            return enter()
        case .stopping:
            return []
        case .askingForTasks, .heldUp, .runningTask, .finishing:
            work = .stopping
            return [.stopPolling, .stopWork(reason)]
        }
    }

    /// Enters the goal state, while no work is in progress.
    private mutating func enter() -> [WorkerAction] {
        if isLeaving {
            conversation = .leaving
            return [.leave(signedOn: wasSignedOn, for: exit)]
        }
        return acknowledge()
    }

    private mutating func acknowledge() -> [WorkerAction] {
        conversation = .acknowledging
        told = status
        return [.acknowledge(status)]
    }

    private mutating func settled() -> [WorkerAction] {
        if work == .none, status != told { return acknowledge() }
        switch (goal, work) {
        case (.awake, .none):
            work = .askingForTasks
            return [.stopPolling, .startWork]
        case (.awake, .runningTask), (.awake, .finishing), (.awake, .heldUp): return [.pollState(.awake)]
        case (.asleep, .none): return [.pollState(.asleep)]
        default: return []
        }
    }
}

// MARK: - The node

extension WorkerStateMachine {
    private mutating func node(wants wish: NodeWish) -> [WorkerAction] {
        let before = status
        nodeWish = wish
        // A worker that is already asleep or leaving does not change.
        guard wanted == .awake else { return [] }
        if work == .none { return status == before || conversation == .signingOn ? [] : acknowledge() }
        switch (wish, work) {
        case (.work, .finishing) where !wasTerminated:
            work = .runningTask
            return [.continueWork]
        case (.work, _), (_, .stopping), (.sleep(.finish, _), .finishing):
            return []
        case (.sleep(.finish, _), .runningTask):
            work = .finishing
            return [.finishWork]
        case (.sleep(_, let reason), _):
            if work == .finishing, wasTerminated { wanted = .exit(.stop) }
            return stopForNode(reason)
        }
    }

    private mutating func stopForNode(_ reason: String) -> [WorkerAction] {
        work = .stopping
        return (conversation == .signingOn ? [] : [.stopPolling]) + [.stopWork(.nodeSleeps(reason))]
    }
}

// MARK: - The work

extension WorkerStateMachine {
    private var isRunning: Bool { work == .runningTask || work == .finishing }

    private mutating func taskStarted() -> [WorkerAction] {
        if work == .askingForTasks { work = .runningTask }
        return isRunning && conversation == .settled ? [.pollState(.awake)] : []
    }

    private mutating func taskEnded() -> [WorkerAction] {
        if work == .runningTask { work = .askingForTasks }
        // It may already have requested the next one.
        if work == .finishing, !wasTerminated, case .sleep(_, let reason) = nodeWish { return stopForNode(reason) }
        return conversation == .settled ? [.stopPolling] : []
    }

    /// A worker that does not request tasks polls its state instead, so that the manager knows that it is alive and can
    /// change its state.
    private mutating func change(from old: Work, to new: Work, _ actions: [WorkerAction]) -> [WorkerAction] {
        guard work == old else { return [] }
        work = new
        return conversation == .settled ? actions : []
    }

    private mutating func workEnded(_ end: WorkEnd) -> [WorkerAction] {
        let wasStopping = work == .stopping
        if work == .finishing, wasTerminated { wanted = .exit(.stop) }
        work = .none
        if case .enough = end, !wasStopping { wanted = .exit(.stop) }
        if isLeaving { return enter() }
        // The conversation continues by itself, and work resumes when it is settled.
        if conversation == .signingOn { return [] }
        switch end {
        case .stateRequested(let requested) where !wasStopping:
            wanted = Goal(requested: requested)
            return enter()
        case .unauthorised where !wasStopping:
            conversation = .signingOn
            return [.signOn]
        default:
            return conversation == .acknowledging && !wasStopping ? [] : enter()
        }
    }
}

// MARK: - The end

extension WorkerStateMachine {
    private mutating func terminate() -> [WorkerAction] {
        if wasTerminated { return terminateAgain() }
        wasTerminated = true
        if isLeaving { return [] }
        switch work {
        case .runningTask where terminationRule == .drain:
            work = .finishing
            return [.finishWork]
        // The node has told it to finish.
        case .finishing where terminationRule == .drain: return []
        default:
            return go(to: .exit(.stop), reason: .terminated)
        }
    }

    private mutating func terminateAgain() -> [WorkerAction] {
        [.skipGrace] + (work == .finishing ? go(to: .exit(.stop), reason: .terminated) : [])
    }

    private mutating func left() -> [WorkerAction] {
        conversation = .over
        return [.exit(exit)]
    }

    private var exit: WorkerExit {
        if case .exit(let exit) = wanted { exit } else { .stop }
    }
}
