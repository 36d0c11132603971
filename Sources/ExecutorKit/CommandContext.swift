public import FlamencoAPI
import System

/// What an executor can use while it runs a command.
public struct CommandContext: Sendable {
    /// The task that the command belongs to.
    public let task: AssignedTask
    /// The clock for waiting, which tests can control.
    public let clock: any Clock<Duration>

    /// The file operations of the command.
    public let files: CommandFiles

    let sink: CommandSink
    let programs: ProgramRunner
    let outputs: OutputCheck
    /// The name of the running command.
    var command = ""
    /// The findings of checks and rules, which cause a failure or a warning when the command ends.
    var findings = Findings()

    /// Creates a context for commands that report to `sink`, and whose programs are run by `programs`.
    package init(task: AssignedTask, sink: CommandSink, programs: ProgramRunner, clock: any Clock<Duration>) {
        var programs = programs
        programs.defaults.taskVariables.merge(TaskVariables.about(task)) { $1 }
        self.task = task
        self.sink = sink
        self.programs = programs
        self.clock = clock
        files = CommandFiles(programs: programs, clock: clock)
        outputs = OutputCheck(files: files, sink: sink)
    }

    // MARK: Reporting

    /// Appends a line to the log of the task.
    public func log(_ line: String) { sink.log(line: line) }

    /// Reports the current activity in one line, which users see beside the task. Control characters are made visible.
    public func activity(_ text: String) { sink.send(.activity(VisibleText.line(text))) }

    /// Reports the completed fraction of the command, from 0 to 1: `flamenco-agent try` draws a progress bar.
    public func progress(_ fraction: Double) { sink.send(.progress(min(max(fraction, 0), 1))) }

    /// Reports that a step of the task is completed.
    public func stepCompleted() { sink.send(.stepCompleted) }

    /// Reports that an output file was written.
    ///
    /// A file that is not in the operator's `allowed_paths` is not reported, and makes the command fail when it ends.
    public func outputProduced(_ path: String) {
        if programs.policy.allowedPaths == nil { return sink.send(.output(path)) }
        outputs.add(path, full: path.hasPrefix("/") ? path : "\(programs.defaults.workingDirectory)/\(path)")
    }

    /// Ends the command: waits until its outputs are checked, and ends its file operations.
    ///
    /// - Throws: ``PolicyViolation`` if an output is in a place that the operator does not allow.
    func finish() async throws {
        do {
            try await outputs.finish()
        } catch {
            await files.end()
            throw error
        }
        await files.end()
    }

    // MARK: Running programs

    /// The number of processors that programs may use, if the operator of the node has set it.
    public var processorCount: Int? { programs.defaults.processors?.numbers.count }

    /// Returns a program from the `exe` of a command, which may contain arguments (`"/opt/blender -b -y"`), and its
    /// `exeArgs`.
    ///
    /// An `exe` that is the path of an existing file, possibly with spaces, is that file. Everything else is split by
    /// the rules of ``ShellWords``: the first word is the program, the others precede all other arguments.
    ///
    /// - Throws: ``ParameterError`` about `exe` or `exeArgs` if it cannot be split, or contains no program.
    public func program(exe: String, exeArgs: String? = nil, _ arguments: [String] = []) async throws -> Program {
        try Program(exe: exe, isFile: await isFile(exe: exe), exeArgs: exeArgs, arguments)
    }

    /// Returns whether the `exe` of a command is the path of a file, even if it could be split.
    package func isFile(exe: String) async throws -> Bool {
        guard exe.contains("/"), (try? ShellWords.split(exe)) != [exe] else { return false }
        let path = exe.hasPrefix("/") ? exe : "\(programs.defaults.workingDirectory)/\(exe)"
        return try await files.isFile(path)
    }

    /// Runs a program until it ends; its output is appended to the log of the task.
    ///
    /// Every process that the program leaves behind is ended too. When the surrounding Swift task is cancelled, the
    /// whole process tree is stopped first (SIGTERM, grace period, SIGKILL).
    ///
    /// - Parameters:
    ///   - isFinished: signalled when the program has done all its work, whether or not its process ends; see
    ///     ``FinishSignal``.
    ///   - onLine: called with every line, on a separate thread, in order; see ``OutputLine``.
    /// - Returns: how the program ended, successfully or not.
    /// - Throws: ``ProgramError`` if it cannot be started, `CancellationError` if it was cancelled.
    public func run(
        _ program: Program, isFinished: FinishSignal? = nil, onLine: (@Sendable (OutputLine) -> Void)? = nil
    ) async throws -> ProgramResult {
        try await run(program, isFinished: isFinished, privateLines: nil, onLine: onLine)
    }

    /// Like ``run(_:isFinished:onLine:)``, with lines that only the executor sees.
    package func run(
        _ program: Program, isFinished: FinishSignal?, privateLines: PrivateLines?,
        onLine: (@Sendable (OutputLine) -> Void)?
    ) async throws -> ProgramResult {
        await programs.kept.close()
        return try await programs.run(
            program, sink: sink, isFinished: isFinished, privateLines: privateLines, onLine: watched(onLine))
    }

    /// Whether programs that can work for several commands stay open.
    package var keepsProgramsOpen: Bool { programs.defaults.keepsOpen != nil }

    /// Has an order done by a program that stays open for the next order, as far as it can be.
    ///
    /// - Returns: how it ended; nil when the program has to be run for this command alone, with the reason in the log.
    /// - Throws: `CancellationError` when it was cancelled.
    package func run(
        _ order: OpenOrder, privateLines: PrivateLines?, onLine: (@Sendable (OutputLine) -> Void)?
    ) async throws -> ProgramResult? {
        let found = try await files.statusesForPrograms(of: order.files)
        guard !found.contains(nil) else { return nil }
        return try await programs.run(
            order, files: found.compactMap(\.self), sink: sink, privateLines: privateLines, onLine: watched(onLine))
    }

    /// Runs a program like ``run(_:isFinished:onLine:)``, and treats any exit status but 0 as a failure.
    ///
    /// - Throws: ``CommandError`` with how the program ended and its last output, otherwise like
    ///   ``run(_:isFinished:onLine:)``.
    public func runToSuccess(_ program: Program, onLine: (@Sendable (OutputLine) -> Void)? = nil) async throws {
        let result = try await run(program, onLine: onLine)
        if let failure = failure(of: program, result) { throw failure }
    }

    /// Returns why a program failed, if it did: how it ended, and the best known reason. That is the finding of a check
    /// or a rule, otherwise `reason`, otherwise a Python exception, otherwise the last line that the program printed.
    public func failure(
        of program: Program, _ result: ProgramResult, reason: String? = nil
    ) -> CommandError? {
        if result.end == .exited(status: 0) { return nil }
        let reason = findings.failure ?? reason ?? result.exception ?? result.lastLines.last
        return CommandError("\(program.name) failed: \(result.end)" + (reason.map { ": \($0)" } ?? ""))
    }
}
