import CommandLineOptions
import Dispatch
import FlamencoAPI
import Foundation
import Supervision
import System

/// An executor that is a separate program in its own package: the program in an `executor.json5`.
///
/// It is written like every executor, and has the same context; `executors/README.md` explains all steps.
///
///     @main
///     struct CountWordsExecutor: ExecutorProgram { … }
///
/// The program reads its command from the standard input. It prints the log of the task and, on separate lines, the
/// messages listed in ``OutputMessage``. It exits with status 0 if the command succeeded, otherwise it prints the
/// reason in a message. SIGTERM cancels the Swift task that runs the command, which ends the programs that it runs.
public protocol ExecutorProgram: CommandExecutor {
    /// The executor; called once, when the program starts.
    init()
}

extension ExecutorProgram {
    /// Runs the command on the standard input, and exits.
    public static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        // As in the agent, each program of a command runs under its own supervisor. This executable acts as the supervisor too, so an
        // executor can be installed without task-supervisor.
        if arguments.first == ExecutorProcess.supervisorArgument { TaskSupervisor.run(arguments.dropFirst()) }
        ExecutorProcess.run(Self())
    }
}

/// The process of an executor that is a separate program.
private enum ExecutorProcess {
    static let supervisorArgument = "--flamenco-task-supervisor"

    static func run(_ executor: some CommandExecutor) -> Never {
        Signals.ignoreBrokenPipes()
        let document = command(for: executor)
        let folder = FileManager.default.currentDirectoryPath
        let output = MessageOutput(folder: folder) { bytes in
            // First, flush what the executor printed by itself.
            fflush(nil)
            // If nobody reads it any more, the agent ends this process.
            try? FileHandle.standardOutput.write(contentsOf: Data(bytes))
        }
        let programs = ProgramRunner(
            .init(path: "/proc/self/exe", arguments: [supervisorArgument]),
            defaults: ProgramDefaults(
                environment: ProcessInfo.processInfo.environment, workingDirectory: folder),
            clock: ContinuousClock())
        let work = Task { await perform(document, executor, programs, output) }
        let signals = TerminationSignals { _ in
            // A second signal skips the grace period.
            if work.isCancelled { programs.skipGrace() }
            work.cancel()
        }
        Task { exit(await work.value) }
        withExtendedLifetime(signals) { dispatchMain() }
    }

    /// Returns the command that the agent sends. Exits if the process was not started by an agent.
    private static func command(for executor: some CommandExecutor) -> CommandDocument {
        let name = executor.commandName
        do {
            guard isatty(STDIN_FILENO) == 0 else { throw CommandError("it is a terminal") }
            let input = try FileHandle.standardInput.readToEnd() ?? Data()
            return try WireJSON.decode(CommandDocument.self, from: input)
        } catch {
            let words = """
                this program runs the command "\(name)" for flamenco-agent, and expects it as JSON on the standard input: \(error)
                try it with: flamenco-agent try \(name) --executors-dirs FOLDER

                """
            try? FileHandle.standardError.write(contentsOf: Data(words.utf8))
            exit(64)
        }
    }

    /// Runs the command, and returns the exit status.
    private static func perform(
        _ document: CommandDocument, _ executor: some CommandExecutor, _ programs: ProgramRunner,
        _ output: MessageOutput
    ) async -> Int32 {
        let context = CommandContext(
            task: document.assignedTask, sink: output.sink, programs: programs, clock: ContinuousClock())
        do {
            guard document.name == executor.commandName else {
                throw CommandError("the program of \"\(document.name)\" runs the command \"\(executor.commandName)\"")
            }
            try await executor.run(document.command, in: context)
            output.finish(failure: nil)
            return 0
        } catch {
            // A cancelled command needs no reason.
            if Task.isCancelled || error is CancellationError {
                output.finish(failure: nil)
                return 128 + SIGTERM
            }
            output.finish(failure: "\(error)")
            return 1
        }
    }
}
