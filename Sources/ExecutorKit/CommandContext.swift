public import FlamencoAPI
import System

/// What an executor has at hand while it runs a command.
public struct CommandContext: Sendable {
    /// The task that the command belongs to.
    public let task: AssignedTask
    /// The time, for waiting in a way that tests can turn by hand.
    public let clock: any Clock<Duration>

    /// The work on files of the command.
    public let files: CommandFiles

    let sink: CommandSink
    let programs: ProgramRunner
    let outputs: OutputCheck
    /// The name of the command that runs.
    var command = ""
    /// What checks and rules found; the command fails when it ends, or warned.
    var findings = Findings()

    /// A context for commands that say what they do to `sink`, and whose programs `programs` runs.
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

    // MARK: Telling

    /// Appends a line to the log of the task.
    public func log(_ line: String) { sink.log(line: line) }

    /// Says in one line what is happening now, which people see beside the task. Control characters are made visible.
    public func activity(_ text: String) { sink.send(.activity(VisibleText.line(text))) }

    /// Says how much of the command is done, from 0 to 1, for whoever watches it: `flamenco-agent try` draws a bar.
    public func progress(_ fraction: Double) { sink.send(.progress(min(max(fraction, 0), 1))) }

    /// Says that one more step of the task is done.
    public func stepCompleted() { sink.send(.stepCompleted) }

    /// Says that a file was written which people may want to see.
    ///
    /// One that the operator's `allowed_paths` do not have is not passed on, and fails the command when it ends.
    public func outputProduced(_ path: String) {
        if programs.policy.allowedPaths == nil { return sink.send(.output(path)) }
        outputs.add(path, full: path.hasPrefix("/") ? path : "\(programs.defaults.workingDirectory)/\(path)")
    }

    /// The command has ended: waits until its outputs are looked at, and ends its work on files.
    ///
    /// - Throws: ``PolicyViolation`` when an output is where the operator allows none.
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

    /// How many processors programs may use, where the operator of the node says it.
    public var processorCount: Int? { programs.defaults.processors?.numbers.count }

    /// A program from the `exe` of a command, which may carry arguments (`"/opt/blender -b -y"`), and its `exeArgs`.
    ///
    /// An `exe` that is the path of an existing file, spaces included, is that file. Everything else is split by the rules
    /// of ``ShellWords``: the first word is the program, the others go before all other arguments.
    ///
    /// - Throws: ``ParameterError`` about `exe` or `exeArgs` when it cannot be split, or names no program.
    public func program(exe: String, exeArgs: String? = nil, _ arguments: [String] = []) async throws -> Program {
        try Program(exe: exe, isFile: await isFile(exe: exe), exeArgs: exeArgs, arguments)
    }

    /// Whether the `exe` of a command is to be taken as the path of a file although it could be split.
    package func isFile(exe: String) async throws -> Bool {
        guard exe.contains("/"), (try? ShellWords.split(exe)) != [exe] else { return false }
        let path = exe.hasPrefix("/") ? exe : "\(programs.defaults.workingDirectory)/\(exe)"
        return try await files.isFile(path)
    }

    /// Runs a program to its end; everything that it prints goes into the log of the task.
    ///
    /// Every process that the program leaves behind is ended too. When the surrounding Swift task is cancelled, the whole
    /// process tree is stopped first (SIGTERM, grace period, SIGKILL).
    ///
    /// - Parameters:
    ///   - isFinished: told when the program has done all its work, whether its process ends or not; see ``FinishSignal``.
    ///   - onLine: called with every line, on a thread of its own, in order; see ``OutputLine``.
    /// - Returns: how the program ended, whether well or badly.
    /// - Throws: ``ProgramError`` when it cannot be started, `CancellationError` when it was cancelled.
    public func run(
        _ program: Program, isFinished: FinishSignal? = nil, onLine: (@Sendable (OutputLine) -> Void)? = nil
    ) async throws -> ProgramResult {
        try await run(program, isFinished: isFinished, privateLines: nil, onLine: onLine)
    }

    /// As the other one, with lines that are for the executor alone.
    package func run(
        _ program: Program, isFinished: FinishSignal?, privateLines: PrivateLines?,
        onLine: (@Sendable (OutputLine) -> Void)?
    ) async throws -> ProgramResult {
        try await programs.run(
            program, sink: sink, isFinished: isFinished, privateLines: privateLines, onLine: watched(onLine))
    }

    /// Runs a program as ``run(_:isFinished:onLine:)`` does, and takes anything but exit status 0 as a failure.
    ///
    /// - Throws: ``CommandError`` that says how the program ended and what it printed last, else as
    ///   ``run(_:isFinished:onLine:)``.
    public func runToSuccess(_ program: Program, onLine: (@Sendable (OutputLine) -> Void)? = nil) async throws {
        let result = try await run(program, onLine: onLine)
        if let failure = failure(of: program, result) { throw failure }
    }

    /// Why a program failed, if it did: how it ended, and the best reason that is known. That is the finding of a check or a
    /// rule, else `reason`, else a Python exception, else the line that the program printed last.
    public func failure(
        of program: Program, _ result: ProgramResult, reason: String? = nil
    ) -> CommandError? {
        if result.end == .exited(status: 0) { return nil }
        let reason = findings.failure ?? reason ?? result.exception ?? result.lastLines.last
        return CommandError("\(program.name) failed: \(result.end)" + (reason.map { ": \($0)" } ?? ""))
    }
}
