import Foundation
import SupervisorProtocol
import System

/// Runs programs, each under its own task supervisor, so that nothing is ever left of them.
///
/// A runner is a value: copies share only the list of running programs. Change ``defaults`` in a copy to run the
/// programs of one task differently.
package struct ProgramRunner: Sendable {
    /// The defaults for every program.
    package var defaults: ProgramDefaults
    /// The operator's policy.
    package var policy = NodePolicy()
    /// The operator's rules for lines of output and findings.
    package var logRules = LogRules()

    /// Half of the maximum size of an order for a supervisor.
    private static let longestInput = 8 << 20

    /// How to start a process that acts as `task-supervisor`.
    struct Supervisor: Sendable {
        let path: String
        var arguments: [String] = []
    }

    let supervisor: Supervisor
    let clock: any Clock<Duration>
    private(set) var programs = RunningPrograms()
    /// The program that waits for its next command, if one does.
    package let kept = KeptProgram()

    /// Creates a runner that uses the supervisor at this path.
    ///
    /// - Parameters:
    ///   - supervisor: the path of `task-supervisor`, from ``locateSupervisor(beside:)``.
    ///   - clock: measures time limits and wall time. The supervisor measures grace periods, in real time.
    package init(
        supervisor: String, defaults: ProgramDefaults = ProgramDefaults(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.init(Supervisor(path: supervisor), defaults: defaults, clock: clock)
    }

    init(_ supervisor: Supervisor, defaults: ProgramDefaults, clock: any Clock<Duration>) {
        self.supervisor = supervisor
        self.defaults = defaults
        self.clock = clock
    }

    /// Removes the grace period from everything that is being stopped, now and later.
    ///
    /// It stops nothing by itself: also cancel the tasks that run programs. This cannot be undone.
    package func skipGrace() { programs.skipGrace() }

    /// Stops all running programs immediately and without a grace period; returns immediately.
    package func abort() { programs.abort() }

    /// Kills whatever is left after ``abort()``, supervisors first, with their orphans; takes only slightly longer than
    /// `limit`.
    package func killAll(within limit: Duration) {
        programs.killSupervisors()
        // Their orphans are reparented to this process once they have ended.
        MonotonicTime.sleep(for: .milliseconds(50))
        StrayTree(gracePeriod: .zero, controlGroup: nil).killAll(within: limit)
    }

    /// The running programs, including those of copies of this runner.
    package var running: [RunningProgramSummary] { programs.summaries }

    /// A runner for queries by the agent itself: its programs are not in ``running``, and are not stopped with those.
    package var apart: ProgramRunner {
        var runner = self
        runner.programs = RunningPrograms()
        return runner
    }

    /// Runs a program until it ends; its output is written to the log of the task, between a line with its command line
    /// and one with how it ended and which resources it used.
    ///
    /// When this returns or throws, no process of the program and its descendants is left, and its output is complete.
    /// When the surrounding Swift task is cancelled, or a time limit expires, the whole tree is stopped first: SIGTERM,
    /// grace period, SIGKILL.
    ///
    /// - Parameters:
    ///   - sink: receives the output, on a separate thread, which may block for a disk but not for a network.
    ///   - isFinished: signalled when the program has done all its work, whether or not its process ends.
    ///   - onLine: called with every line, on that thread, in order.
    /// - Returns: how the program ended, successfully or not.
    /// - Throws: ``ProgramError`` if it cannot be run, `CancellationError` if it was cancelled.
    package func run(
        _ program: Program, sink: CommandSink, isFinished: FinishSignal? = nil,
        onLine: (@Sendable (OutputLine) -> Void)? = nil
    ) async throws -> ProgramResult {
        try await run(program, sink: sink, isFinished: isFinished, privateLines: nil, onLine: onLine)
    }

    /// Like the method above, with lines that are removed from the output.
    package func run(
        _ program: Program, sink: CommandSink, isFinished: FinishSignal?, privateLines: PrivateLines?,
        onLine: (@Sendable (OutputLine) -> Void)?
    ) async throws -> ProgramResult {
        try Task.checkCancellation()
        sink.log(line: "> \(program.commandLine)")
        do {
            let order = try await order(for: program)
            return try await run(
                program, order: order, sink: sink, isFinished: isFinished, privateLines: privateLines, onLine: onLine)
        } catch let error as ProgramError {
            sink.log(line: "< \(error)")
            throw error
        }
    }

    /// Runs `task-supervisor` in its mode for file operations, like a program, until the other end of `socket` is
    /// closed.
    ///
    /// - Parameter socket: its standard output; closed at the end.
    func runFileHelper(over socket: BorrowedDescriptor) async throws -> ProgramResult {
        defer { _ = Descriptor(owning: socket.number) }
        // Requests have the time limit of programs, one at a time, and none prints anything.
        var runner = self
        (runner.defaults.timeLimit, runner.defaults.silenceLimit) = (nil, nil)
        let program = Program(supervisor.path, supervisor.arguments + ["files"], workingDirectory: "/")
        // The supervisor may be in a place that the user of programs cannot access.
        let order = order(
            // Without the operator's variables: a library to preload, for example, is meant for renderers.
            for: program, executable: "/proc/self/exe", folder: "/", environment: defaults.taskVariables)
        return try await runner.run(
            program, order: order, sink: .discarding, onLine: nil, output: socket)
    }

    // MARK: Running

    private func run(
        _ program: Program, order: LaunchOrder, sink: CommandSink, isFinished: FinishSignal? = nil,
        privateLines: PrivateLines? = nil, onLine: (@Sendable (OutputLine) -> Void)?,
        output: BorrowedDescriptor? = nil
    ) async throws -> ProgramResult {
        let stopwatch = clock.stopwatch()
        let running = RunningProgram(name: program.name, stopwatch: stopwatch)
        let thread = SupervisorThread(
            supervisor: supervisor, order: order, running: running, sink: sink, privateLines: privateLines,
            onLine: onLine, output: output)
        let end = await programs.including(running) {
            await withTaskCancellationHandler {
                await withTaskGroup(of: Void.self) { watchers in
                    watch(running, program, stopwatch, in: &watchers)
                    if let isFinished {
                        watchers.addTask { await stop(running, after: isFinished, executable: order.executable) }
                    }
                    let end = await thread.run()
                    watchers.cancelAll()
                    return end
                }
            } onCancel: {
                running.stop(.cancelled)
            }
        }
        end.output.endLine()
        var result = try conclude(program, order, end.outcome, running, wallTime: stopwatch(), sink: sink)
        if result.end != .exited(status: 0) {
            result.lastLines = end.output.tail.lines
            result.exception = end.output.tail.exception
        }
        return result
    }

    func conclude(
        _ program: Program, _ order: LaunchOrder, _ outcome: RunningProgram.Outcome, _ running: RunningProgram,
        wallTime: Duration, sink: CommandSink
    ) throws -> ProgramResult {
        switch outcome {
        case .failed(let failure):
            throw ProgramError(executable: program.executable, order: order, failure: failure)
        case .lost(let problem):
            if running.stopCause == .cancelled { throw CancellationError() }
            throw ProgramError(executable: program.executable, reason: .supervisor(problem))
        case .ended(let tree):
            let stopCause = tree.wasStopped ? running.stopCause : nil
            if tree.wasStopped && stopCause == nil {
                throw ProgramError(
                    executable: program.executable, reason: .supervisor("task-supervisor was told to stop by a signal"))
            }
            let result = ProgramResult(
                tree, stopCause: stopCause, memoryLimit: order.group?.memoryLimit,
                gracePeriod: running.isUrgent ? .zero : order.gracePeriod, wallTime: wallTime)
            guard stopCause != .cancelled else {
                sink.log(line: "< \(result.text(end: "stopped"))")
                throw CancellationError()
            }
            let words =
                stopCause == .finished ? result.text(end: "killed: still running after its work was done") : "\(result)"
            sink.log(line: "< \(words)")
            return result
        }
    }

    /// Stops a program that takes too long, or is silent for too long.
    ///
    /// - Parameter stopwatch: shows for how long it has worked.
    func watch(
        _ running: RunningProgram, _ program: Program, _ stopwatch: @escaping @Sendable () -> Duration,
        in watchers: inout TaskGroup<Void>
    ) {
        if let limit = program.timeLimit ?? defaults.timeLimit {
            watchers.addTask { await stop(running, after: limit, stopwatch) }
        }
        if let limit = program.silenceLimit ?? defaults.silenceLimit {
            watchers.addTask { await stop(running, afterSilence: limit) }
        }
    }

    private func stop(
        _ running: RunningProgram, after limit: Duration, _ stopwatch: @Sendable () -> Duration
    ) async {
        guard (try? await clock.sleep(for: limit - stopwatch())) != nil else { return }
        running.stop(.timeLimit(limit))
    }

    private func stop(_ running: RunningProgram, afterSilence limit: Duration) async {
        while true {
            let left = limit - running.silence
            guard left > .zero else { return running.stop(.silenceLimit(limit)) }
            guard (try? await clock.sleep(for: left)) != nil else { return }
        }
    }

    private func stop(_ running: RunningProgram, after signal: FinishSignal, executable: String) async {
        // Its output may arrive before the message that it has started.
        func look() async -> RemainingProcesses? {
            guard let process = running.summary?.process else { return nil }
            return await RemainingProcesses.look(at: process, executable: executable)
        }
        guard await signal.wait() else { return }
        let interval = defaults.leftoverTime
        var before = await look()
        while true {
            let lastOutput = running.lastOutput
            guard (try? await clock.sleep(for: interval)) != nil else { return }
            let now = await look()
            let isQuiet = running.lastOutput == lastOutput
            if let before, let now, now.hang(since: before, interval, isQuiet: isQuiet, name: signal.processName) {
                return running.stop(.finished)
            }
            before = now
        }
    }

    // MARK: The launch order

    /// What the supervisor is told to run.
    func order(for program: Program) async throws -> LaunchOrder {
        let environment = environment(of: program)
        var folder = program.workingDirectory ?? defaults.workingDirectory
        if !folder.hasPrefix("/") { folder = defaults.workingDirectory + "/" + folder }
        try check(program, environment)
        let executable = try await executable(of: program, environment: environment, folder: folder)
        var order = order(
            for: program, executable: executable, folder: folder, environment: environment)
        order.allowedExecutables = policy.allowedExecutables
        return order
    }

    /// Returns all variables of a program.
    package func environment(of program: Program) -> [String: String] {
        var environment = defaults.environment
        if let user = defaults.user {
            (environment["HOME"], environment["USER"], environment["LOGNAME"]) = (user.home, user.name, user.name)
        }
        if defaults.sandbox != nil {
            // Programs should not use other users' temporary files.
            (environment["TMP"], environment["TEMP"]) = (nil, nil)
            environment["TMPDIR"] = defaults.workingDirectory
        }
        for variables in [defaults.operatorVariables, defaults.taskVariables, program.environment] {
            environment.merge(variables) { $1 }
        }
        return environment
    }

    private func check(_ program: Program, _ environment: [String: String]) throws(ProgramError) {
        let words = [program.executable] + program.arguments + environment.flatMap { [$0.key, $0.value] }
        if words.contains(where: { $0.utf8.contains(0) }) {
            throw ProgramError(
                executable: program.executable,
                reason: .impossible("its arguments or variables contain a NUL character"))
        }
        if let wrong = environment.keys.first(where: { $0.isEmpty || $0.contains("=") }) {
            throw ProgramError(
                executable: program.executable, reason: .impossible("\"\(wrong)\" is not a valid name for a variable"))
        }
        if let input = program.input, input.utf8.count > Self.longestInput {
            throw ProgramError(
                executable: program.executable,
                reason: .impossible("its standard input is longer than \(Self.longestInput >> 20) MiB"))
        }
    }

    /// Returns the file to execute. Waiting for a disk that does not respond is limited by the program's time limit.
    private func executable(
        of program: Program, environment: [String: String], folder: String
    ) async throws -> String {
        let limit = program.timeLimit ?? defaults.timeLimit
        return try await BlockingWork.run("look at \(program.executable)", limit: limit, clock: clock) { [policy] _ in
            let executable = try program.findExecutable(environment: environment, workingDirectory: folder)
            if let rule = policy.refusal(ofExecutable: executable, in: folder) {
                throw ProgramError(executable: program.executable, reason: .notAllowed(rule))
            }
            return executable
        }
    }

    private func order(
        for program: Program, executable: String, folder: String, environment: [String: String]
    ) -> LaunchOrder {
        var order = LaunchOrder(
            executable: executable,
            arguments: [program.executable] + program.arguments,
            environment: environment.map { "\($0.key)=\($0.value)" }, workingDirectory: folder,
            gracePeriod: program.gracePeriod ?? defaults.gracePeriod, leftoverTime: defaults.leftoverTime)
        order.input = program.input
        order.nice = defaults.nice.map { Int32(clamping: $0) }
        order.ioPriority = defaults.ioPriority.map { priority in
            switch priority {
            case .level(let level): .level(UInt8(clamping: level))
            case .idle: .idle
            }
        }
        let processors = defaults.processors
        order.processors = processors?.numbers.map { UInt32(clamping: $0) }
        order.oomScoreAdjust = defaults.oomScoreAdjust.map { Int32(clamping: $0) }
        order.limits.addressSpace = defaults.limits.addressSpace
        order.limits.cpuSeconds = defaults.limits.cpuSeconds
        order.limits.openFiles = defaults.limits.openFiles
        order.limits.coreSize = defaults.limits.coreSize
        order.sandbox = defaults.sandbox
        order.isDebuggable = defaults.supervisorsAreDebuggable
        order.user = defaults.user.map { .init(id: $0.id, group: $0.group, groups: $0.groups) }
        order.group = defaults.controlGroup.map {
            .init(
                path: "\($0)/task-\(UUID().uuidString)", memoryLimit: defaults.memoryLimit,
                processorTime: processors?.groupControl == .time ? processors.map { UInt32($0.numbers.count) } : nil,
                processors: processors?.groupControl == .numbers
                    ? processors.map { NumberRanges.text($0.numbers) } : nil)
        }
        return order
    }
}

extension ProgramResult {
    init(
        _ tree: TreeReport, stopCause: RunningProgram.StopCause?, memoryLimit: UInt64?, gracePeriod: Duration,
        wallTime: Duration
    ) {
        let end: ProgramEnd =
            switch (stopCause, tree.status) {
            case (.timeLimit(let limit), _): .timeLimit(limit)
            case (.silenceLimit(let limit), _): .silenceLimit(limit)
            case (nil, let status) where tree.outOfMemoryKills ?? 0 > 0 && status != .exited(0):
                .outOfMemory(limit: tree.reachedMemoryLimit ? memoryLimit : nil)
            case (.finished, _): .exited(status: 0)
            case (_, .exited(let status)): .exited(status: status)
            case (_, .signalled(let signal, let coreDumped)): .signalled(signal, coreDumped: coreDumped)
            }
        self.init(
            end: end, wallTime: wallTime, userTime: tree.userTime, systemTime: tree.systemTime,
            peakMemory: Int(clamping: tree.peakMemory),
            killedAfter: tree.wasStopped && tree.wasKilled ? gracePeriod : nil, leftovers: Int(tree.leftovers))
    }
}
