package import FlamencoAPI

/// The states of a worker and what leads from one to another: every decision, and nothing else.
///
/// The worker says what happened, and does what it is told. Two things go on at a time: a conversation with the manager,
/// and the work on tasks. (Action table and life of a worker: protocol of the contract.) Two can have it sleep: the manager and
/// the node, and it is awake while neither does.
package struct WorkerStateMachine: Sendable {
    /// Where the conversation with the manager stands.
    package enum Conversation: Hashable, Sendable {
        case signingOn
        case acknowledging
        /// The manager knows the state.
        case settled
        case leaving
        case over
    }

    /// What the worker does about tasks.
    package enum Work: Hashable, Sendable {
        case none
        case askingForTasks
        /// Something keeps it from asking.
        case heldUp
        case runningTask
        /// Told to stop; what runs is coming to its end.
        case stopping
        /// Told to take no more; a task runs. Afterwards the worker leaves if it was terminated, else it sleeps.
        case finishing
    }

    /// A state that a worker can be in or on its way to.
    private enum Goal: Hashable {
        case awake
        case asleep
        case exit(WorkerExit)

        /// A state that this worker does not implement means sleeping.
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
    /// What the manager wants, or a signal; absent before the first sign-on.
    private var wanted: Goal?
    /// The state that the manager was told last.
    private var told: WorkerStatus?
    private var wasSignedOn = false
    private var wasTerminated = false
    private let terminationRule: TerminationRule

    /// A worker that has not begun; see ``begin()``.
    package init(terminationRule: TerminationRule) { self.terminationRule = terminationRule }

    /// What a worker is, in the words of the contract.
    package var status: WorkerStatus {
        switch (conversation, goal) {
        case (.leaving, _), (.over, _), (_, .exit): .shutdown
        case (_, nil): .starting
        case (_, .awake): .awake
        case (_, .asleep): .asleep
        }
    }

    /// Whether the manager wants the worker to be asleep, whatever the node wants.
    package var managerWantsSleep: Bool { wanted == .asleep }

    /// What follows from what manager and node want. A task that may finish keeps the worker awake.
    private var goal: Goal? {
        wanted == .awake && nodeWish != .work && work != .finishing ? .asleep : wanted
    }

    /// What to do first.
    ///
    /// - Parameter wish: what the node wants.
    package mutating func begin(_ wish: NodeWish = .work) -> [WorkerAction] {
        nodeWish = wish
        return [.signOn]
    }

    /// What to do now that this happened.
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
            // A worker that leaves listens no more.
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
                // The manager knows that it sleeps, and goes on asking.
                wanted = .awake
                return [.pollState(.asleep, known: requested)]
            }
            return go(to: Goal(requested: requested), reason: .stateRequested(requested))
        case .requestWithdrawn:
            // Who takes back that it should wake up wants it to be as it is.
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

    /// Begins the conversation anew: nobody knows what the manager heard of it.
    private mutating func conversationFailed() -> [WorkerAction] {
        if conversation == .leaving { return left() }
        if isLeaving { return [] }
        conversation = .signingOn
        return [.signOn]
    }

    /// Whether the worker sleeps since the node wants it, and the manager knows that it sleeps.
    private var isKeptAsleepByNode: Bool {
        work == .none && conversation == .settled && told == .asleep && nodeWish != .work
    }

    /// Goes to a state by way of stopping what runs.
    private mutating func go(to goal: Goal, reason: StopReason) -> [WorkerAction] {
        // Whoever finishes a task before leaving leaves without it when the manager wants something else.
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

    /// Enters the state that is the goal, with no work going on.
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
        // It may be on its way to the next one already.
        if work == .finishing, !wasTerminated, case .sleep(_, let reason) = nodeWish { return stopForNode(reason) }
        return conversation == .settled ? [.stopPolling] : []
    }

    /// A worker that does not ask for tasks asks for its state instead, so that the manager hears of it and can send it
    /// elsewhere.
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
        // The conversation goes on by itself, and comes back to the work when it is settled.
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
        // The node has told it to.
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
