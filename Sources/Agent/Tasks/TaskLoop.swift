import ExecutorKit
package import FlamencoAPI
import ManagerClient
import Spool
import System

/// Requests tasks from the manager and runs them, one after another. What happens to a task, in order:
///
/// 1. ``run()`` waits until the last outcome is delivered, checks whether the node is ready (``Readiness``), and
///    requests a task from the manager (``ManagerSession``).
/// 2. ``TaskRun`` creates the spool of the task and runs its commands (``TaskRunner``).
/// 3. It ends with a `TaskOutcome`, which is stored in the spool; ``UpdateSender`` delivers it.
/// 4. The loop counts the outcome once the manager has answered, and requests the next task.
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
    /// The run that ended last, until it is known whether the manager accepts its outcome.
    private var last: (spool: TaskSpool, outcome: TaskOutcome)?
    private var lastTaskID: String?
    /// The number of tasks in a row whose outcome the manager did not accept.
    private var vainTasks = 0
    /// Whether the manager had no task at the last request.
    private var isIdle = false
    private var isFinishing = false
    private var stopReason: StopReason?

    /// - Parameters:
    ///   - readiness: decides whether a task can be requested.
    ///   - context: the dependencies of task runs.
    ///   - idle: the delays after answers without a task.
    ///   - retirement: decides when the worker stops.
    ///   - onEvent: called when a task starts and ends.
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

    /// Works until told otherwise; cancellation stops the running task, including its whole process tree, before this
    /// returns.
    package func run() async -> WorkEnd {
        isFinishing = false
        stopReason = nil
        retirement.becameBusy()
        defer {
            readiness.stopLooking()
            countLast()
        }
        let end = try? await askAndRun()
        await context.runner.closeKeptProgram()
        return end ?? .stopped
    }

    private func askAndRun() async throws -> WorkEnd {
        var isHeldUp = false
        while !isFinishing {
            // A manager assigns the same task until it knows that it is finished, so no task is requested before.
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
                await context.runner.closeKeptProgram()
                try await rest(Self.lookInterval)
                continue
            }
            // A manager that assigns tasks but does not accept their updates must not be asked in a tight loop.
            if vainTasks > 1 { try await rest(idle.next()) }
            if let end = try await work() {
                return end
            }
        }
        return .finished
    }

    private static let lookInterval = Duration.seconds(5)
    /// A rest for which code is worth releasing, as it costs some hundred page faults.
    private static let longWait = Duration.seconds(5)

    /// Counts the last task, now that the manager has answered its outcome; an outcome that it refused is already
    /// counted as lost.
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

    /// Waits while there is no task.
    private func rest(_ wait: Duration) async throws {
        let elapsed = clock.stopwatch()
        try await clock.sleep(for: retirement.shortened(wait))
        retirement.waited(elapsed())
    }

    /// Sets the reason for stopping, before ``run()`` is cancelled.
    package func willStop(_ reason: StopReason) { stopReason = reason }

    /// Lets the running task finish, and requests no more tasks.
    package func finish() { isFinishing = true }

    /// Requests tasks again after the running one, unless the loop has already stopped requesting them.
    package func goOn() { isFinishing = false }

    /// Stops this run of a task if it is the current one; its spool delivers nothing more.
    package func drop(run name: String) {
        if let running, running.name == name { running.stop(as: .lost) }
    }

    /// Stops this run of a task if it is the current one; what it has printed is delivered.
    package func stop(run name: String, because reason: String) {
        if let running, running.name == name { running.stop(as: .takenBack(reason: reason)) }
    }

    /// Returns when the loop and its disk thread have responded: immediately while it waits for a task, the manager or
    /// time.
    func probe() async { await context.spools.probe() }

    /// The running task, and the name of this run.
    package var currentRun: (task: AssignedTask, name: String)? { running.map { ($0.task, $0.name) } }

    // MARK: One request

    /// Requests a task and runs it; returns an end if the manager's answer is one.
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
            // A manager assigns it again and again until the task is reported as failed.
            try await run(task, failure: "invalid task: \(problem)")
            try await rest(idle.next())
        case .none:
            let wait = idle.next()
            // Each request needs some of it again.
            if !isIdle || wait >= Self.longWait { ProgramCode.releasePages() }
            isIdle = true
            try await rest(wait)
        case .notAwake:
            // A manager that never considers this worker awake is not asked more often than one that has no task.
            try await clock.sleep(for: idle.next())
            return .notAwake
        case .goTo(let status):
            // The worker is already awake, so this changes nothing.
            if status == .awake { try await clock.sleep(for: idle.next()) }
            return .stateRequested(status)
        }
        return nil
    }

    // MARK: One task

    /// - Parameter failure: why the task failed before it started.
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
        if outcome != .completed { await context.runner.closeKeptProgram() }
        readiness.noteEnd(outcome, lasting: lasting)
        if outcome.isFinal { retirement.taskDone() }
        running = nil
        last = (run.spool, outcome)
        status.taskEnded()
        onEvent(.taskEnded)
    }
}
