import CommandLineOptions

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The command `manager-lite`.
@main
struct ManagerLite {
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        let program = CommandLineProgram(
            name: "manager-lite",
            summary: "manager-lite is a Flamenco Manager in memory, for trying and testing without a farm.",
            subcommands: [
                ServeCommand.self, SubmitCommand.self, JobsCommand.self, TasksCommand.self, LogCommand.self,
                WorkersCommand.self, CancelCommand.self, RequeueCommand.self, JobTypesCommand.self,
                EventsCommand.self, SwarmCommand.self, SimulateCommand.self, VersionCommand.self,
            ]
        ) { _ in ExitCode.failure }
        exit(await program.run(Array(CommandLine.arguments.dropFirst())))
    }
}
