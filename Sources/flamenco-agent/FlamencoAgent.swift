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
        AllocatedMemory.shareHeap()
        // A reader that closes our output must not end a render.
        Signals.ignoreBrokenPipes()
        if let problem = OpenFiles.raise() {
            Console.note("flamenco-agent: \(problem)")
            exit(ExitCode.configuration)
        }
        exit(await program.run(Array(CommandLine.arguments.dropFirst())))
    }

    /// The program with all its commands.
    static let program = CommandLineProgram(
        name: "flamenco-agent", summary: "flamenco-agent is a worker of a Flamenco render farm.",
        subcommands: [
            RunCommand.self, StatusCommand.self, PauseCommand.self, ResumeCommand.self, DoctorCommand.self,
            CheckConfigCommand.self, SetupCommand.self, DiscoverCommand.self, FlushCommand.self, LogsCommand.self,
            MigrateCommand.self, TryCommand.self, ExecutorsCommand.self, CompletionCommand.self, VersionCommand.self,
        ], topics: SettingHelp.topics, hints: hints, manual: .agent
    ) { error in
        switch error {
        case let problem as any DiskProblem where problem.isOfDisk: ExitCode.disk
        case is any ConfigurationProblem: ExitCode.configuration
        case is SpooledRunError, is FileError, is CommandError, is SearchError: ExitCode.failure
        default: ExitCode.internal
        }
    }

    /// Words that people try as commands.
    private static let hints: [String: String] = {
        func service(_ verb: String, _ otherwise: String) -> String {
            "there is no command \"\(verb)\"; use \"systemctl \(verb) flamenco-agent\" for the service, or \(otherwise)"
        }
        func instead(_ word: String, _ command: String) -> String {
            "there is no command \"\(word)\"; use \"flamenco-agent \(command)\""
        }
        return [
            "start": service("start", "\"flamenco-agent run\" in a terminal"),
            "stop": service("stop", "send SIGTERM to the process that \"flamenco-agent status\" names"),
            "restart": service("restart", "stop the agent and start it again with \"flamenco-agent run\""),
            "enable": service("enable", "\"flamenco-agent run\" in a terminal"),
            "worker": instead("worker", "run"), "serve": instead("serve", "run"),
            "register": instead("register", "run"),
            "info": instead("info", "status"), "list": instead("list", "executors"),
            "config": instead("config", "check-config"),
            "settings": instead("settings", "check-config"), "check": instead("check", "doctor"),
            "test": instead("test", "try"), "init": instead("init", "setup"), "install": instead("install", "setup"),
            "configure": instead("configure", "setup"), "import": instead("import", "migrate"),
            "unpause": instead("unpause", "resume"), "man": "there is no command \"man\"; use \"man flamenco-agent\"",
        ]
    }()
}

/// Prints the version.
struct VersionCommand: VersionSubcommand {
    static let line = Software.nameAndVersion

    init(_ arguments: ParsedArguments) throws { try Self.refuseOperands(arguments) }
}

/// Prints a script that has a shell complete command lines.
struct CompletionCommand: CompletionSubcommand {
    static var program: CommandLineProgram { FlamencoAgent.program }

    let shell: CompletionShell

    init(_ arguments: ParsedArguments) throws { shell = try CompletionShell(arguments) }
}
