package import ExecutorKit
package import FlamencoAPI
import HumanText
package import Spool
import Synchronization
import System

/// One run of a task, from its spool to its outcome.
final class TaskRun: Sendable {
    let task: AssignedTask
    let spool: TaskSpool
    /// The name of this run, which is unique among the runs of the same task.
    var name: String { spool.name }

    private let commands: Task<Void, any Error>
    /// Nil if there are no hooks.
    private let hooks: HookRunner?
    private let elapsed: @Sendable () -> Duration
    private let log: Log
    /// The outcome set by a stop of the manager.
    private let stopped = Mutex<TaskOutcome?>(nil)

    /// The dependencies of a run.
    struct Context: Sendable {
        let spools: SpoolStore
        let runner: TaskRunner
        let hooks: HookRunner
        /// Receives the outputs of the task.
        let previews: PreviewSender
        let status: StatusBoard
        let clock: any Clock<Duration>
        let log: Log
    }

    /// Creates the spool of a task, and starts its first command.
    ///
    /// - Parameter failure: why the task failed before it started.
    static func begin(
        _ task: AssignedTask, failure: String?, in context: Context
    ) async throws(SpoolError) -> TaskRun {
        let spool = try await context.spools.begin(
            SpooledTask(id: task.uuid, name: task.name, jobID: task.job, jobName: task.jobType),
            steps: task.stepsCompleted,
            onOutput: { [previews = context.previews] path, spool in
                // A pending preview must not keep the spool alive.
                previews.offer(path, of: task.uuid, variables: TaskVariables.about(task)) { [weak spool] in
                    spool?.activity("warning: \($0)")
                }
            })
        return TaskRun(task, failure: failure, spool: spool, context)
    }

    private init(_ task: AssignedTask, failure: String?, spool: TaskSpool, _ context: Context) {
        self.task = task
        self.spool = spool
        log = context.log.about(task)
        log.info("started")
        spool.record(status: .active, activity: "started")
        context.status.began(task)
        let hooks = failure == nil ? context.hooks : nil
        self.hooks = hooks
        commands = Task { [runner = context.runner, status = context.status] in
            if let failure { throw TaskFailedError(reason: failure) }
            try await hooks?.beforeTask(task, sink: spool.sink)
            try await runner.run(task, sink: spool.sink, status: status)
        }
        elapsed = context.clock.stopwatch()
    }

    /// Stops the running command on behalf of the manager.
    ///
    /// - Parameter outcome: `lost` or `takenBack`.
    func stop(as outcome: TaskOutcome) {
        stopped.withLock { if $0 != .lost { $0 = outcome } }
        commands.cancel()
    }

    /// Waits until the commands have ended, and stores the outcome; cancellation stops the running command.
    ///
    /// - Parameter stopReason: why the surrounding task was cancelled.
    func end(stopReason: @Sendable () async -> StopReason?) async -> (outcome: TaskOutcome, lasting: Duration) {
        let result = await withTaskCancellationHandler {
            await commands.result
        } onCancel: {
            commands.cancel()
        }
        let lasting = elapsed()
        let outcome = outcome(of: result, await stopReason())
        await hooks?.afterTask(task, outcome, sink: spool.sink)
        switch outcome {
        case .completed:
            await spool.finish(outcome)
            log.info("completed in \(DurationText.text(lasting))")
        case .failed(let reason):
            await spool.finish(outcome)
            log.warning("failed: \(reason)")
        case .givenBack(let reason):
            log.warning("returned to the manager: \(reason)")
            await spool.finish(outcome)
        case .interrupted(let reason), .takenBack(let reason):
            log.info("stopped: \(reason)")
            await spool.finish(outcome)
        case .lost:
            if stopped.withLock(\.self) == .lost {
                log.warning("stopped: the manager took the task back")
            } else {
                log.info("stopped: \(StopReason.newIdentity)")
            }
            await spool.finish(outcome)
        }
        return (outcome, lasting)
    }

    private func outcome(of result: Result<Void, any Error>, _ stopReason: StopReason?) -> TaskOutcome {
        let stopped = stopped.withLock(\.self)
        if stopped == .lost { return .lost }
        switch result {
        case .success: return .completed
        case .failure(let error as TaskFailedError): return .failed(reason: error.reason)
        case .failure(let error as TaskGivenBackError): return .givenBack(reason: error.reason)
        case .failure:
            if let stopped { return stopped }
            if stopReason == .newIdentity { return .lost }
            return .interrupted(reason: stopReason?.description ?? "stopped by the agent")
        }
    }
}

/// Runs the commands of a task, one after another; the first that fails ends the task.
package struct TaskRunner: Sendable {
    private let executors: ExecutorRegistry
    private let programs: ProgramRunner
    private let clock: any Clock<Duration>

    package init(executors: ExecutorRegistry, programs: ProgramRunner, clock: any Clock<Duration>) {
        self.executors = executors
        self.programs = programs
        self.clock = clock
    }

    /// Closes the program that is still open, if one is; returns when nothing is left of it.
    package func closeKeptProgram() async { await programs.kept.close() }

    /// Runs a task; cancellation stops the running command, including its whole process tree, before this returns.
    ///
    /// - Parameters:
    ///   - sink: receives the output and events of the commands; of their steps, those that count.
    ///   - status: receives the progress of the task.
    /// - Throws: ``TaskFailedError`` if a command failed, `CancellationError` if the task was stopped.
    package func run(_ task: AssignedTask, sink: CommandSink, status: StatusBoard? = nil) async throws {
        let steps = Mutex(StepCount(task))
        let all = CommandSink { event in
            status?.handle(event)
            sink.send(event)
        }
        for (index, command) in task.commands.enumerated() {
            try Task.checkCancellation()
            all.send(.began(name: command.name, number: index + 1, count: task.commands.count))
            // For the log and the manager; the status has it as numbers.
            let place = "command \(index + 1) of \(task.commands.count), \(VisibleText.line(command.name))"
            sink.log(line: place)
            sink.send(.activity(place))
            let counted = CommandSink { event in
                if case .stepCompleted = event, !steps.withLock({ $0.stepCompleted(byCommand: index) }) { return }
                all.send(event)
            }
            do {
                try await executors.run(
                    command, in: CommandContext(task: task, sink: counted, programs: programs, clock: clock))
                if steps.withLock({ $0.completed(command: index) }) { all.send(.stepCompleted) }
            } catch {
                // Incomplete work of a stopped program is not a failure of the task.
                if error is CancellationError || Task.isCancelled { throw CancellationError() }
                throw TaskFailedError(reason: "\(place): \(error)")
            }
        }
    }
}

extension TaskSpool {
    /// The sink that stores the events of commands in the spool of their task; managers only get activity and step
    /// counts.
    package var sink: CommandSink {
        CommandSink { [self] event in
            switch event {
            case .log(let bytes): log(bytes)
            case .activity(let text): activity(text)
            case .stepCompleted: stepCompleted()
            case .output(let path): outputProduced(path)
            case .began, .progress: break
            }
        }
    }
}

/// A command of a task failed.
package struct TaskFailedError: Error, Hashable, Sendable {
    /// The command and the reason: one sentence without a full stop.
    package let reason: String
}
