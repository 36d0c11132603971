import Agent
import CommandLineOptions
import Discovery
import ExecutorKit
import FileWork
import Spool
import System

/// The command `flamenco-agent`.
@main
struct FlamencoAgent {
    static func main() async {
        OwnMemory.hide()
        // A reader of our output that goes away must not end a render.
        Signals.ignoreBrokenPipes()
        if let problem = OpenFiles.raise() {
            Console.note("flamenco-agent: \(problem)")
            exit(ExitCode.configuration)
        }
        let program = CommandLineProgram(
            name: "flamenco-agent", summary: "flamenco-agent runs the tasks of a Flamenco render farm on this machine.",
            subcommands: [
                RunCommand.self, StatusCommand.self, PauseCommand.self, ResumeCommand.self, DoctorCommand.self,
                CheckConfigCommand.self, SetupCommand.self, DiscoverCommand.self, FlushCommand.self, LogsCommand.self,
                MigrateCommand.self, TryCommand.self, ExecutorsCommand.self, VersionCommand.self,
            ]
        ) { error in
            switch error {
            case let problem as any DiskProblem where problem.isOfDisk: ExitCode.disk
            case is any ConfigurationProblem: ExitCode.configuration
            case is SpooledRunError, is FileError, is CommandError, is SearchError: ExitCode.failure
            default: ExitCode.internal
            }
        }
        exit(await program.run(Array(CommandLine.arguments.dropFirst())))
    }
}

/// Prints the version.
struct VersionCommand: VersionSubcommand {
    static let line = Software.nameAndVersion

    init(_ arguments: ParsedArguments) throws { try Self.refuseOperands(arguments) }
}
