import ExecutorKit
package import FlamencoAPI
import ManagerClient
package import Spool
import Wording

/// Asks the manager for tasks and runs them, one after another.
package actor TaskLoop {
    private let enrolment: Enrolment
    private let requests: PatientRequests
    private let sender: UpdateSender
    private let spools: SpoolStore
    private let readiness: Readiness
    private let runner: TaskRunner
    private let previews: PreviewSender
    private let clock: any Clock<Duration>
    private let log: Log
    private let status: StatusBoard
    private let report: @Sendable (WorkerEvent) -> Void

    private var idle: IdleWait
    private var stay: LengthOfStay
    private var running: Running?
    /// The task that ran last, until it is known whether the manager takes its outcome.
    private var last: (spool: TaskSpool, ending: StatusBoard.Ending)?
    private var lastTaskID: String?
    /// How many tasks in a row came to nothing at the manager.
    private var vainTasks = 0
    private var isFinishing = false
    private var stopReason: StopReason?

    private struct Running {
        let task: AssignedTask
        let spool: TaskSpool
        let end: Task<TaskOutcome, Never>
        var isNotOurs = false
        /// Why the manager does not want it to go on.
        var refusal: String?
    }

    /// - Parameters:
    ///   - readiness: whether a task can be taken.
    ///   - previews: is shown what tasks make.
    ///   - idle: how long to wait between questions that were answered with “no task”.
    ///   - stay: when the worker has been there for long enough.
    ///   - status: is told what runs and how far it is.
    ///   - report: is told when a task starts and ends.
    package init(
        enrolment: Enrolment, requests: PatientRequests, sender: UpdateSender,
        spools: SpoolStore, readiness: Readiness, runner: TaskRunner, previews: PreviewSender, idle: IdleWait,
        stay: LengthOfStay, clock: any Clock<Duration>, log: Log, status: StatusBoard,
        report: @escaping @Sendable (WorkerEvent) -> Void
    ) {
        self.enrolment = enrolment
        self.requests = requests
        self.sender = sender
        self.spools = spools
        self.readiness = readiness
        self.runner = runner
        self.previews = previews
        self.idle = idle
        self.stay = stay
        self.clock = clock
        self.log = log
        self.status = status
        self.report = report
    }

    /// Works until it is told otherwise; cancellation stops the running task, whole process tree included, before this
    /// returns.
    package func run() async -> WorkEnd {
        isFinishing = false
        stopReason = nil
        stay.becameBusy()
        defer {
            readiness.stopLooking()
            settleLast()
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
            settleLast()
            if isFinishing { break }
            if let end = stay.end {
                log.info("\(end): the worker leaves")
                return .enough(end)
            }
            let obstacle = await readiness.look()
            try Task.checkCancellation()
            if (obstacle != nil) != isHeldUp {
                isHeldUp.toggle()
                report(isHeldUp ? .heldUp : .freeAgain)
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
    private func settleLast() {
        guard let last else { return }
        self.last = nil
        let isRefused = last.spool.isRefused
        if !isRefused { status.count(last.ending) }
        let isVain = isRefused || last.ending == .lost || last.spool.task.id == lastTaskID
        lastTaskID = last.spool.task.id
        vainTasks = isVain ? vainTasks + 1 : 0
        if !isVain { idle.reset() }
    }

    /// Waits while it has no task.
    private func rest(_ wait: Duration) async throws {
        let elapsed = clock.stopwatch()
        try await clock.sleep(for: stay.shortened(wait))
        stay.waited(elapsed())
    }

    /// Says why the work is stopped, before ``run()`` is cancelled.
    package func willStop(_ reason: StopReason) { stopReason = reason }

    /// Lets the running task come to its end, and asks for no more.
    package func finish() { isFinishing = true }

    /// Stops this run of a task, if it is the one that goes on; its spool delivers nothing more.
    package func drop(run name: String) {
        guard let running, running.spool.name == name else { return }
        self.running?.isNotOurs = true
        running.end.cancel()
    }

    /// Stops this run of a task, if it is the one that goes on; what there is of it is delivered.
    package func stop(run name: String, because reason: String) {
        guard let running, running.spool.name == name else { return }
        self.running?.refusal = reason
        running.end.cancel()
    }

    /// Returns when the loop and the thread that writes for it have responded: at once while it waits, for a task that
    /// runs, for the manager or for the time.
    func probe() async { await spools.probe() }

    /// The task that runs, and the name of this run of it.
    package var currentRun: (task: AssignedTask, name: String)? { running.map { ($0.task, $0.spool.name) } }

    // MARK: One question

    /// Asks for a task and runs it; gives an end when the manager's answer is one.
    private func work() async throws -> WorkEnd? {
        let answer: ScheduledTask
        do {
            answer = try await requests.answer { [enrolment] in
                try await enrolment.ask { try await $0.scheduleTask(as: $1) }
            }
        } catch let error as ManagerError {
            if case .unauthorised = error.reason { return .unauthorised }
            log.error("cannot ask for a task: \(error)")
            try await rest(idle.next())
            return nil
        }
        switch answer {
        case .task(let task):
            stay.becameBusy()
            try await run(task)
        case .unreadable(let task, let problem):
            // A manager hands it out again and again until it hears that it failed.
            try await run(task, asFailed: "the agent cannot read this task: \(problem)")
            try await rest(idle.next())
        case .none:
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

    /// - Parameter reason: why it has failed before it begins.
    private func run(_ task: AssignedTask, asFailed reason: String? = nil) async throws {
        let spool: TaskSpool
        do {
            spool = try await spools.begin(
                SpooledTask(id: task.uuid, name: task.name, jobID: task.job, jobName: task.jobType),
                steps: task.stepsCompleted,
                onOutput: { [previews] path, spool in
                    // What is held here for long is a preview that nobody waits for.
                    previews.offer(path, of: task.uuid) { [weak spool] in spool?.activity("warning: \($0)") }
                })
        } catch {
            log.about(task).error("cannot begin: \(error)")
            return try await clock.sleep(for: Self.lookInterval)
        }
        log.about(task).info("begins")
        spool.record(status: .active, activity: "started")
        status.began(task)
        let observed = ObservedReport(report: spool, status: status)
        let end = Task<TaskOutcome, Never> { [runner] in
            if let reason { return .failed(reason: reason) }
            return await runner.run(task, report: observed)
        }
        running = Running(task: task, spool: spool, end: end)
        report(.taskStarted)
        let elapsed = clock.stopwatch()
        let outcome = await withTaskCancellationHandler {
            await end.value
        } onCancel: {
            end.cancel()
        }
        let ending = await conclude(outcome, lasting: elapsed())
        running = nil
        last = (spool, ending)
        status.taskEnded()
        report(.taskEnded)
    }

    /// Writes down how the running task came to its end.
    private func conclude(_ outcome: TaskOutcome, lasting: Duration) async -> StatusBoard.Ending {
        guard let running else { return .interrupted }
        let log = log.about(running.task)
        if running.isNotOurs {
            log.warning("it is not ours any more; it was stopped")
            await running.spool.abandon()
            return .lost
        }
        readiness.noteEnd(outcome, lasting: lasting)
        if outcome != .interrupted { stay.taskDone() }
        switch outcome {
        case .completed(let time):
            await running.spool.finish(.completed)
            log.info("is completed after \(DurationText.words(time))")
            return .completed
        case .failed(let reason):
            await running.spool.finish(.failed(reason: reason))
            log.warning("failed: \(reason)")
            return .failed
        case .interrupted:
            let reason = running.refusal ?? stopReason?.description ?? "the agent stopped it"
            log.info("was stopped: \(reason)")
            if stopReason == .newIdentity {
                await running.spool.abandon()
                return .lost
            }
            await running.spool.finish(.interrupted(reason: reason))
            return running.refusal == nil ? .interrupted : .lost
        }
    }
}
