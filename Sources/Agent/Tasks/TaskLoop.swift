import ExecutorKit
package import FlamencoAPI
import ManagerClient
import Spool
import System

/// Asks the manager for tasks and runs them, one after another. What happens to a task, in order:
///
/// 1. ``run()`` waits until the last outcome is delivered, looks whether the node is ready (``Readiness``), and asks the
///    manager for a task (``ManagerSession``).
/// 2. ``TaskRun`` begins the spool of the task and runs its commands (``TaskRunner``).
/// 3. It ends with a `TaskOutcome`, which goes into the spool; ``UpdateSender`` delivers it.
/// 4. The loop counts the outcome once the manager has answered to it, and asks again.
package actor TaskLoop {
    private let manager: ManagerSession
    private let sender: UpdateSender
    private let readiness: Readiness
    private let context: TaskRun.Context
    private let onEvent: @Sendable (WorkerEvent) -> Void
    private var clock: any Clock<Duration> { context.clock }
    private var log: Log { context.log }
    private var status: StatusBoard { context.status }

    private var idle: IdleWait
    private var retirement: RetirementPolicy
    private var running: TaskRun?
    /// The run that ended last, until it is known whether the manager takes its outcome.
    private var last: (spool: TaskSpool, outcome: TaskOutcome)?
    private var lastTaskID: String?
    /// How many tasks in a row came to nothing at the manager.
    private var vainTasks = 0
    /// Whether the manager had no task when it was asked last.
    private var isIdle = false
    private var isFinishing = false
    private var stopReason: StopReason?

    /// - Parameters:
    ///   - readiness: whether a task can be taken.
    ///   - context: what runs of tasks work with.
    ///   - idle: how long to wait between questions that were answered with “no task”.
    ///   - retirement: when the worker has been there for long enough.
    ///   - onEvent: is told when a task starts and ends.
    init(
        manager: ManagerSession, sender: UpdateSender, readiness: Readiness, context: TaskRun.Context, idle: IdleWait,
        retirement: RetirementPolicy, onEvent: @escaping @Sendable (WorkerEvent) -> Void
    ) {
        self.manager = manager
        self.sender = sender
        self.readiness = readiness
        self.context = context
        self.idle = idle
        self.retirement = retirement
        self.onEvent = onEvent
    }

    /// Works until it is told otherwise; cancellation stops the running task, whole process tree included, before this
    /// returns.
    package func run() async -> WorkEnd {
        isFinishing = false
        stopReason = nil
        retirement.becameBusy()
        defer {
            readiness.stopLooking()
            countLast()
        }
        do {
            return try await askAndRun()
        } catch {
            return .stopped
        }
    }

    private func askAndRun() async throws -> WorkEnd {
        var isHeldUp = false
        while !isFinishing {
            // A manager hands out the same task until it knows that it is finished, so it is not asked before.
            await sender.waitUntilDelivered()
            try Task.checkCancellation()
            countLast()
            if isFinishing { break }
            if let reason = retirement.reason {
                log.info("\(reason): stopping the agent")
                return .enough(reason)
            }
            let obstacle = await readiness.look()
            try Task.checkCancellation()
            if (obstacle != nil) != isHeldUp {
                isHeldUp.toggle()
                onEvent(isHeldUp ? .heldUp : .freeAgain)
            }
            if isHeldUp {
                try await rest(Self.lookInterval)
                continue
            }
            // A manager that hands out tasks and does not want to hear of them is not asked as fast as they come.
            if vainTasks > 1 { try await rest(idle.next()) }
            if let end = try await work() {
                return end
            }
        }
        return .finished
    }

    private static let lookInterval = Duration.seconds(5)

    /// Counts the last task, now that the manager has answered to its outcome; one that it refused counts as lost already.
    private func countLast() {
        guard let last else { return }
        self.last = nil
        let isRefused = last.spool.isRefused
        if !isRefused { status.count(last.outcome) }
        let isVain = isRefused || last.outcome.isVain || last.spool.task.id == lastTaskID
        lastTaskID = last.spool.task.id
        vainTasks = isVain ? vainTasks + 1 : 0
        if !isVain { idle.reset() }
    }

    /// Waits while it has no task.
    private func rest(_ wait: Duration) async throws {
        let elapsed = clock.stopwatch()
        try await clock.sleep(for: retirement.shortened(wait))
        retirement.waited(elapsed())
    }

    /// Says why the work is stopped, before ``run()`` is cancelled.
    package func willStop(_ reason: StopReason) { stopReason = reason }

    /// Lets the running task come to its end, and asks for no more.
    package func finish() { isFinishing = true }

    /// Asks for tasks again after the running one, unless it has stopped doing so.
    package func goOn() { isFinishing = false }

    /// Stops this run of a task, if it is the one that goes on; its spool delivers nothing more.
    package func drop(run name: String) {
        if let running, running.name == name { running.stop(as: .lost) }
    }

    /// Stops this run of a task, if it is the one that goes on; what there is of it is delivered.
    package func stop(run name: String, because reason: String) {
        if let running, running.name == name { running.stop(as: .takenBack(reason: reason)) }
    }

    /// Returns when the loop and the thread that writes for it have responded: at once while it waits, for a task that
    /// runs, for the manager or for the time.
    func probe() async { await context.spools.probe() }

    /// The task that runs, and the name of this run of it.
    package var currentRun: (task: AssignedTask, name: String)? { running.map { ($0.task, $0.name) } }

    // MARK: One question

    /// Asks for a task and runs it; returns an end when the manager's answer is one.
    private func work() async throws -> WorkEnd? {
        let answer: ScheduledTask
        do {
            answer = try await manager.scheduleTask()
        } catch let error as ManagerError {
            if case .unauthorised = error.reason { return .unauthorised }
            log.error("cannot request a task: \(error)")
            try await rest(idle.next())
            return nil
        }
        switch answer {
        case .task(let task):
            retirement.becameBusy()
            isIdle = false
            try await run(task)
        case .unreadable(let task, let problem):
            // A manager hands it out again and again until it hears that it failed.
            try await run(task, failure: "invalid task: \(problem)")
            try await rest(idle.next())
        case .none:
            if !isIdle { ProgramCode.releasePages() }
            isIdle = true
            try await rest(idle.next())
        case .notAwake:
            // A manager that never sees this worker awake is not asked more often than one that has no task.
            try await clock.sleep(for: idle.next())
            return .notAwake
        case .goTo(let status):
            // It is awake, so that changes nothing.
            if status == .awake { try await clock.sleep(for: idle.next()) }
            return .stateRequested(status)
        }
        return nil
    }

    // MARK: One task

    /// - Parameter failure: why it has failed before it begins.
    private func run(_ task: AssignedTask, failure: String? = nil) async throws {
        let run: TaskRun
        do {
            run = try await TaskRun.begin(task, failure: failure, in: context)
        } catch {
            log.about(task).error("cannot start: \(error)")
            return try await clock.sleep(for: Self.lookInterval)
        }
        running = run
        onEvent(.taskStarted)
        let (outcome, lasting) = await run.end { await self.stopReason }
        readiness.noteEnd(outcome, lasting: lasting)
        if outcome.isFinal { retirement.taskDone() }
        running = nil
        last = (run.spool, outcome)
        status.taskEnded()
        onEvent(.taskEnded)
    }
}
