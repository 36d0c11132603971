import ExecutorKit
package import FlamencoAPI
import HumanText
import ManagerClient

/// A worker: performs the actions of its state machine, and passes events to it.
///
/// In this folder:
/// - this file: what runs concurrently, and the order in which it stops;
/// - `WorkerStateMachine.swift`: every decision; `EventsAndActions.swift`: its input and output;
/// - `WorkerParts.swift`: how the parts are assembled;
/// - `Enrolment.swift`: registering and signing on; `StateExchange.swift`: reporting and polling states;
///   `SignOff.swift`: delivering and signing off;
/// - `ForcedEnd.swift`: ending the process if one of these hangs.
///
/// One task group runs concurrently: the delivery of updates, the conversation with the manager (signing on,
/// acknowledging, polling or leaving: one of them at a time), and the work on tasks.
package actor Worker {
    let parts: WorkerParts
    private let taskLoop: TaskLoop
    private var machine: WorkerStateMachine
    private let queue: WorkerEventQueue

    /// The current conversation with the manager, or the last one.
    private var conversation: GroupedTask?
    /// The number of the conversation, to distinguish its events from those of a cancelled one.
    private var conversationNumber = 0
    private var work: GroupedTask?
    private var hasTask = false
    /// Whether a task runs, or the node is otherwise in use: the hook `when_idle` must not run.
    private var isBusy = false

    package init(_ parts: WorkerParts) {
        self.parts = parts
        machine = WorkerStateMachine(terminationRule: parts.settings.onTerm)
        let queue = WorkerEventQueue()
        taskLoop = parts.taskLoop { queue.add($0) }
        self.queue = queue
    }

    /// The status of the worker, as in the contract.
    package var status: WorkerStatus { machine.status }

    /// Inspects the worker, from any thread.
    package nonisolated var inspection: AgentInspection { parts.inspection }

    /// Runs the hooks at the start and stop of the worker.
    package nonisolated var hooks: HookRunner { parts.hooks }

    /// Decides whether this node lets the worker work, and performs commands about it.
    package nonisolated var availability: NodeAvailability { parts.availability }

    /// Passes an event to the worker; from any thread.
    package nonisolated func tell(_ event: WorkerEvent) { queue.add(event) }

    /// The parts that have to respond for the worker to work: a part that hangs never responds.
    package nonisolated var vitalParts: [Heartbeat.Part] {
        let (queue, sender, loop) = (queue, parts.sender, taskLoop)
        return [
            Heartbeat.Part("the worker") { queue.add(whenAlive: $0) },
            Heartbeat.Part("the sender of its updates") { whenAlive in
                Task {
                    await sender.probe()
                    whenAlive()
                }
            },
            Heartbeat.Part("the task loop") { whenAlive in
                Task {
                    await loop.probe()
                    whenAlive()
                }
            },
        ]
    }

    // MARK: Running and stopping

    /// Works until the manager or ``tell(_:)`` ends it. No program is running when this returns.
    package func run() async -> WorkerExit {
        let delivery = GroupedTask { [parts] in await parts.sender.run() }
        return await withDiscardingTaskGroup { group in
            group.addTask { await delivery.value() }
            group.addTask { [parts, queue] in
                for await event in parts.sender.events { queue.add(WorkerEvent(event)) }
            }
            group.addTask { [parts] in
                let gpus = await GPUInventory(parts.settings, programs: parts.programs).seen()
                parts.status.hasGPUs(gpus, cyclesDevice: parts.settings.cyclesDevice?.description)
            }
            group.addTask { [parts] in await parts.availability.run() }
            group.addTask { [parts, queue] in
                for await wish in parts.availability.wishes { queue.add(.node(wish)) }
            }
            if let idleHook = parts.idleHook { group.addTask { await idleHook.run() } }
            let exit = await handleEvents(in: &group)
            // The order of stopping. The state machine lets the worker leave only after the work on tasks has ended; by
            // then, the last conversation has delivered and signed off.
            await conversation?.value()
            delivery.cancel()
            await delivery.value()
            await parts.previews.stop()
            group.cancelAll()
            return exit
        }
    }

    private func handleEvents(in group: inout DiscardingTaskGroup) async -> WorkerExit {
        for action in machine.begin(parts.availability.currentWish()) { await perform(action, in: &group) }
        noteBusiness()
        for await entry in queue.entries {
            if let number = entry.conversation, number != conversationNumber { continue }
            entry.whenAlive?()
            guard let event = entry.event else { continue }
            parts.log.debug("event: \(event)")
            note(event)
            let actions = machine.handle(event)
            parts.status.managerWantsSleep(machine.managerWantsSleep)
            noteBusiness()
            for action in actions {
                parts.log.debug("action: \(action)")
                if case .exit(let exit) = action { return exit }
                await perform(action, in: &group)
            }
        }
        return .stop
    }

    private func note(_ event: WorkerEvent) {
        switch event {
        case .signedOn: parts.status.signedOn()
        case .terminate: parts.status.stopping()
        case .taskStarted: hasTask = true
        case .taskEnded: hasTask = false
        default: break
        }
    }

    private func noteBusiness() {
        let isBusy = hasTask || machine.nodeWish != .work
        if isBusy != self.isBusy { parts.idleHook?.isBusy(isBusy) }
        self.isBusy = isBusy
    }

    private func perform(_ action: WorkerAction, in group: inout DiscardingTaskGroup) async {
        switch action {
        case .signOn:
            parts.status.signingOn()
            startConversation(in: &group) { [parts] in
                let (requested, isNewWorker) = try await parts.enrolment.signOn()
                return .signedOn(requested: requested, isNewWorker: isNewWorker)
            }
        case .acknowledge(let status):
            parts.log.info("the worker is \(status)")
            parts.status.entered(status)
            startConversation(in: &group) { [parts] in try await parts.acknowledgement.send(status) }
        case .pollState(let status, let known): await startPolling(as: status, known: known, in: &group)
        case .stopPolling: startConversation(in: &group) { nil }
        case .leave(let signedOn, let exit):
            parts.status.stopping()
            parts.previews.close()
            startConversation(in: &group) { [parts] in
                await parts.signOff.run(signedOn: signedOn, leavingFor: exit)
                return .left
            }
        case .startWork: startWork(in: &group)
        case .stopWork(let reason):
            await taskLoop.willStop(reason)
            work?.cancel()
        case .finishWork: await taskLoop.finish()
        case .continueWork: await taskLoop.goOn()
        case .dropTask(let run): await taskLoop.drop(run: run)
        case .stopTask(let run, let reason): await taskLoop.stop(run: run, because: reason)
        case .skipGrace: parts.programs.skipGrace()
        case .resumeDelivery: await parts.sender.resume()
        case .exit: break
        }
    }

    // MARK: Concurrent parts

    private func startPolling(
        as status: WorkerStatus, known: WorkerStatus?, in group: inout DiscardingTaskGroup
    ) async {
        let interval = status == .asleep ? parts.settings.asleepPollInterval : parts.settings.runningPollInterval
        let running = status == .asleep ? nil : await taskLoop.currentRun
        startConversation(in: &group) { [parts] in
            if let running, await parts.manager.dialect.has(.taskPermission) {
                return try await parts.permissionPoll.run(task: running.task, run: running.name, every: interval)
            }
            return try await parts.statePoll.run(every: interval, known: known, isIdle: status == .asleep)
        }
    }

    private func startWork(in group: inout DiscardingTaskGroup) {
        let previous = work
        let work = GroupedTask { [taskLoop, queue] in
            await previous?.value()
            queue.add(.workEnded(await taskLoop.run()))
        }
        self.work = work
        group.addTask { await work.value() }
    }

    /// Starts a conversation in place of the one before, which is cancelled and ends first.
    private func startConversation(
        in group: inout DiscardingTaskGroup, _ body: @escaping @Sendable () async throws -> WorkerEvent?
    ) {
        let previous = conversation
        previous?.cancel()
        conversationNumber += 1
        let number = conversationNumber
        let conversation = GroupedTask { [queue, parts] in
            await previous?.value()
            let event = await Self.event(of: body, clock: parts.clock, log: parts.log)
            if let event { queue.add(event, from: number) }
        }
        self.conversation = conversation
        group.addTask { await conversation.value() }
    }
}

extension Worker {
    /// Returns the event that a conversation ends with; nil if it was cancelled. An unexpected error is logged
    /// immediately, and becomes an event after a while, so that a permanent fault does not cause a tight loop.
    static func event(
        of conversation: () async throws -> WorkerEvent?, clock: any Clock<Duration>, log: Log
    ) async -> WorkerEvent? {
        do {
            return try await conversation()
        } catch {
            if Task.isCancelled { return nil }
            let wait = Enrolment.longWait
            log.error("communication with the manager failed: \(error); signing on again in \(DurationText.text(wait))")
            try? await clock.sleep(for: wait)
            return .conversationFailed("\(error)")
        }
    }
}

/// A task that can be cancelled separately while a task group waits for it.
private struct GroupedTask: Sendable {
    private let task: Task<Void, Never>

    init(_ body: @escaping @Sendable () async -> Void) { task = Task(operation: body) }

    func cancel() { task.cancel() }

    /// Waits until it has ended; cancellation of the surrounding task cancels it.
    func value() async {
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

/// The events that were not handled yet, in order.
private struct WorkerEventQueue: Sendable {
    /// An event, with the number of the conversation that it came from, if any; or a check whether the worker still
    /// handles its events.
    struct Entry {
        var event: WorkerEvent?
        var conversation: Int?
        var whenAlive: (@Sendable () -> Void)?
    }

    /// The entries, for a single reader.
    let entries: AsyncStream<Entry>
    private let continuation: AsyncStream<Entry>.Continuation

    init() { (entries, continuation) = AsyncStream.makeStream() }

    /// Adds an event; from any thread.
    func add(_ event: WorkerEvent, from conversation: Int? = nil) {
        continuation.yield(Entry(event: event, conversation: conversation))
    }

    /// Calls `whenAlive` when everything that was added before is handled.
    func add(whenAlive: @escaping @Sendable () -> Void) { continuation.yield(Entry(whenAlive: whenAlive)) }
}
