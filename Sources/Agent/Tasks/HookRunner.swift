package import ExecutorKit
package import FlamencoAPI
package import Spool
import System

/// Runs the hooks of the settings, like other programs under a supervisor and with their limits.
package struct HookRunner: Sendable {
    /// The exit status with which `before_task` returns a task to the manager (sysexits(3), EX_TEMPFAIL).
    private static let temporaryFailure: Int32 = 75

    private let hooks: Hooks
    private let programs: ProgramRunner
    private let log: Log

    /// - Parameter programs: runs the hooks like programs of tasks, unless a hook runs as the agent.
    package init(_ hooks: Hooks, programs: ProgramRunner, log: Log) {
        self.hooks = hooks
        self.log = log
        var programs = programs
        // The operator sets the hooks, so neither the rules for jobs nor the time limits apply to them.
        programs.policy = NodePolicy()
        (programs.defaults.timeLimit, programs.defaults.silenceLimit) = (nil, nil)
        self.programs = programs
    }

    // MARK: Around a task

    /// Runs `before_task`; its output goes to the log of the task.
    ///
    /// - Throws: ``TaskGivenBackError`` if it ends with status 75, cannot be run or takes too long; ``TaskFailedError``
    ///   if it ends with any other status than 0; `CancellationError`.
    package func beforeTask(_ task: AssignedTask, sink: CommandSink) async throws {
        guard let hook = hooks[.beforeTask] else { return }
        let result: ProgramResult
        do {
            result = try await run(hook, for: task, sink: sink)
        } catch let error as ProgramError {
            throw TaskGivenBackError(reason: "hook before_task: \(error)")
        }
        switch result.end {
        case .exited(status: 0): return
        case .exited(status: Self.temporaryFailure), .timeLimit:
            throw TaskGivenBackError(reason: "hook before_task: \(Self.text(of: result))")
        default: throw TaskFailedError(reason: "hook before_task failed: \(Self.text(of: result))")
        }
    }

    /// Runs `after_task`, whatever the outcome of the task, even if it was stopped; its output goes to the log of the
    /// task.
    ///
    /// A task that is stopped waits for it at most for the grace period.
    package func afterTask(_ task: AssignedTask, _ outcome: TaskOutcome, sink: CommandSink) async {
        guard let hook = hooks[.afterTask] else { return }
        let isStopping = Task.isCancelled
        // In a separate task, which is never cancelled.
        await Task {
            do {
                let limit = isStopping ? programs.defaults.gracePeriod : nil
                let result = try await run(hook, for: task, outcome, sink: sink, atMost: limit)
                if result.end == .exited(status: 0) { return }
                sink.send(.activity("warning: hook after_task failed: \(Self.text(of: result))"))
                log.about(task).warning("hook after_task failed: \(Self.text(of: result))")
            } catch {
                sink.send(.activity("warning: hook after_task failed: \(error)"))
                log.about(task).warning("hook after_task failed: \(error)")
            }
        }.value
    }

    // MARK: At other times

    /// Runs `on_start`.
    ///
    /// - Throws: `CancellationError`.
    package func onStart() async throws { try await run(.onStart) }

    /// Runs `on_stop`.
    package func onStop() async { try? await run(.onStop) }

    /// Runs `when_idle`; cancellation stops it.
    func whenIdle() async { try? await run(.whenIdle) }

    /// How long no task must have run before ``whenIdle()``; nil if there is no such hook.
    var idleTime: Duration? { hooks[.whenIdle]?.idleTime }

    /// Runs a hook outside of tasks; its output and failure are logged by the agent.
    private func run(_ moment: Hooks.Moment) async throws {
        guard let hook = hooks[moment] else { return }
        let name = moment.rawValue
        log.info("running hook \(name)")
        do {
            let result = try await run(hook, HookDocument(moment), [:], sink: .discarding, limit: hook.timeLimit) {
                log.info("hook \(name): \($0.text)")
            }
            if result.end != .exited(status: 0) { log.warning("hook \(name) failed: \(Self.text(of: result))") }
        } catch let error as ProgramError {
            log.warning("hook \(name) failed: \(error)")
        }
    }

    // MARK: Running a hook

    private func run(
        _ hook: Hooks.Hook, for task: AssignedTask, _ outcome: TaskOutcome? = nil, sink: CommandSink,
        atMost limit: Duration? = nil
    ) async throws -> ProgramResult {
        let name = hook.moment.rawValue
        sink.log(line: "hook \(name)")
        if outcome == nil { sink.send(.activity("hook \(name)")) }
        var variables = TaskVariables.about(task)
        if let outcome {
            variables["FLAMENCO_TASK_OUTCOME"] = outcome.word
            variables["FLAMENCO_TASK_REASON"] = outcome.reason.map { VisibleText.line($0, mostBytes: 4096) }
        }
        let limits = [hook.timeLimit, limit].compactMap(\.self)
        return try await run(
            hook, HookDocument(hook.moment, task, outcome), variables, sink: sink, limit: limits.min())
    }

    private func run(
        _ hook: Hooks.Hook, _ document: HookDocument, _ variables: [String: String], sink: CommandSink,
        limit: Duration?, onLine: (@Sendable (OutputLine) -> Void)? = nil
    ) async throws -> ProgramResult {
        var programs = programs
        if hook.user == .agent {
            // The working directory may not be accessible to this user if programs run as another one.
            if programs.defaults.user != nil { programs.defaults.workingDirectory = "/" }
            (programs.defaults.user, programs.defaults.sandbox) = (nil, nil)
        }
        programs.defaults.taskVariables.merge(variables) { $1 }
        programs.defaults.taskVariables["FLAMENCO_HOOK"] = hook.moment.rawValue
        // So that it has all memory and GPUs for itself.
        await programs.kept.close()
        let program = Program(
            hook.command[0], Array(hook.command.dropFirst()),
            input: String(decoding: try WireJSON.encode(document), as: UTF8.self) + "\n", timeLimit: limit)
        return try await programs.run(program, sink: sink, onLine: onLine)
    }

    private static func text(of result: ProgramResult) -> String {
        let reason = result.exception ?? result.lastLines.last
        return "\(result.end)" + (reason.map { ": \($0)" } ?? "")
    }
}

/// A task was returned to the manager before it started.
package struct TaskGivenBackError: Error, Hashable, Sendable {
    /// Why: one sentence without a full stop.
    package let reason: String
}

/// The document that a hook reads from its standard input.
private struct HookDocument: Encodable {
    struct TaskPart: Encodable {
        let id: String
        let name: String
        let type: String
        let commands: [Command]
    }

    struct JobPart: Encodable {
        let id: String
        let type: String
    }

    struct OutcomePart: Encodable {
        let status: String
        let reason: String?
    }

    let hook: String
    let task: TaskPart?
    let job: JobPart?
    let outcome: OutcomePart?

    init(_ moment: Hooks.Moment, _ task: AssignedTask? = nil, _ outcome: TaskOutcome? = nil) {
        hook = moment.rawValue
        self.task = task.map { TaskPart(id: $0.uuid, name: $0.name, type: $0.taskType, commands: $0.commands) }
        job = task.map { JobPart(id: $0.job, type: $0.jobType) }
        self.outcome = outcome.map { OutcomePart(status: $0.word, reason: $0.reason) }
    }
}

extension TaskOutcome {
    /// The word for the outcome in the environment of hooks.
    fileprivate var word: String {
        switch self {
        case .completed: "completed"
        case .failed: "failed"
        case .givenBack: "given-back"
        case .interrupted: "interrupted"
        case .takenBack, .lost: "lost"
        }
    }

    fileprivate var reason: String? {
        switch self {
        case .completed, .lost: nil
        case .failed(let reason), .givenBack(let reason), .interrupted(let reason), .takenBack(let reason): reason
        }
    }
}

/// Runs the hook `when_idle` once the agent has been idle for its time, and again after the next task; the hook is
/// stopped when a task starts. The agent does not count as idle while the node is paused, in use or outside its hours.
final class IdleHook: Sendable {
    private let runner: HookRunner
    private let idleTime: Duration
    private let clock: any Clock<Duration>
    /// Whether the agent is busy, each time that this changes.
    private let (changes, change) = AsyncStream<Bool>.makeStream()

    /// Nil if there is no such hook.
    init?(_ runner: HookRunner, clock: any Clock<Duration>) {
        guard let idleTime = runner.idleTime else { return nil }
        self.runner = runner
        self.idleTime = idleTime
        self.clock = clock
    }

    /// Records whether the agent is busy.
    func isBusy(_ isBusy: Bool) { change.yield(isBusy) }

    /// Waits and runs until cancelled; must be called only once.
    func run() async {
        var waiting: Task<Void, Never>? = wait()
        for await isBusy in changes {
            waiting?.cancel()
            await waiting?.value
            waiting = isBusy ? nil : wait()
        }
        waiting?.cancel()
        await waiting?.value
    }

    private func wait() -> Task<Void, Never> {
        Task { [runner, idleTime, clock] in
            guard (try? await clock.sleep(for: idleTime)) != nil else { return }
            await runner.whenIdle()
        }
    }
}
