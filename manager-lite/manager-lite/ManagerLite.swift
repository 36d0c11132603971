import CommandLineOptions
import Service
import System

/// The command `manager-lite`.
@main
struct ManagerLite {
    static func main() async {
        Signals.ignoreBrokenPipes()
        exit(await program.run(Array(CommandLine.arguments.dropFirst())))
    }

    /// The program with all its commands.
    static let program = CommandLineProgram(
        name: "manager-lite",
        summary: "manager-lite is an in-memory Flamenco Manager for testing without a farm.",
        subcommands: [
            ServeCommand.self, SubmitCommand.self, JobsCommand.self, TasksCommand.self, LogCommand.self,
            WorkersCommand.self, CancelCommand.self, RequeueCommand.self, JobTypesCommand.self,
            EventsCommand.self, SwarmCommand.self, SimulateCommand.self, CompletionCommand.self, VersionCommand.self,
        ],
        hints: [
            "start":
                "there is no command \"start\"; use \"manager-lite serve\", or \"systemctl start manager-lite\" for the service",
            "stop":
                "there is no command \"stop\"; use \"systemctl stop manager-lite\" for the service, or Ctrl-C in its terminal",
            "run": "there is no command \"run\"; use \"manager-lite serve\"",
            "list": "there is no command \"list\"; use \"manager-lite jobs\", \"tasks JOB\" or \"workers\"",
        ], manual: manual
    ) { _ in ExitCode.failure }

    private static var manual: ManualText {
        var manual = ManualText(version: VersionCommand.line)
        manual.description = [
            "`manager-lite serve` serves the API of Flamenco Manager, of March 2022 and of Flamenco 3, and a page that shows the farm."
                + " It needs no database and no setup, and can play faults of a network or a manager.",
            "The other commands submit jobs to a Flamenco Manager, and list and change jobs, tasks and workers. They work with"
                + " every manager of Flamenco 3. A job, a task or a worker is named by its name, its UUID, or the beginning of that.",
        ]
        manual.files = [
            (
                "FILE of serve --state",
                "The farm, kept from one run to the next. The service uses /var/lib/manager-lite/farm.json."
            ),
            ("DIR of serve --job-types", "Job types in JavaScript, a *.js file each."),
        ]
        manual.environment = [
            (
                "PATH",
                "Where `serve --job-types` and `job-types check` look for node, which runs job types in JavaScript."
            ),
            ("http_proxy, https_proxy, no_proxy", "Proxies for requests to the manager, as curl(1) reads them."),
        ]
        manual.exitStatuses = [
            ExitStatus(ExitCode.success, "Done."), ExitStatus(ExitCode.failure, "Not done."),
            ExitStatus(ExitCode.usage, "The command line is wrong."),
        ]
        manual.examples = [
            CommandExample("serve --storage /tmp/farm", "Start a manager with a folder that users and workers share"),
            CommandExample(
                "submit --type echo-sleep-test --set message=Hello --set sleep_repeats=3 --wait",
                "Submit a job and wait for its end"),
            CommandExample("swarm --workers 1000 --time 5m", "Test a manager with many workers"),
        ]
        manual.seeAlso = ["flamenco-agent(1)"]
        return manual
    }
}

/// Prints the version.
struct VersionCommand: VersionSubcommand {
    static let line = "manager-lite \(Service.ownVersion)"

    init(_ arguments: ParsedArguments) throws { try Self.refuseOperands(arguments) }
}

/// Prints a script that has a shell complete command lines.
struct CompletionCommand: CompletionSubcommand {
    static var program: CommandLineProgram { ManagerLite.program }

    let shell: CompletionShell

    init(_ arguments: ParsedArguments) throws { shell = try CompletionShell(arguments) }
}
