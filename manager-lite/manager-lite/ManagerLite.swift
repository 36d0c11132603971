import CommandLineOptions
import Service
import System

/// The command `manager-lite`.
@main
struct ManagerLite {
    static func main() async {
        Signals.ignoreBrokenPipes()
        let program = CommandLineProgram(
            name: "manager-lite",
            summary: "manager-lite is an in-memory Flamenco Manager for testing without a farm.",
            subcommands: [
                ServeCommand.self, SubmitCommand.self, JobsCommand.self, TasksCommand.self, LogCommand.self,
                WorkersCommand.self, CancelCommand.self, RequeueCommand.self, JobTypesCommand.self,
                EventsCommand.self, SwarmCommand.self, SimulateCommand.self, VersionCommand.self,
            ]
        ) { _ in ExitCode.failure }
        exit(await program.run(Array(CommandLine.arguments.dropFirst())))
    }
}

/// Prints the version.
struct VersionCommand: VersionSubcommand {
    static let line = "manager-lite \(Service.ownVersion)"

    init(_ arguments: ParsedArguments) throws { try Self.refuseOperands(arguments) }
}
