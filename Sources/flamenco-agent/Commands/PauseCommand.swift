import Agent
import CommandLineOptions
import ExecutorKit
import Foundation
import System

/// Pauses the agent of this machine.
struct PauseCommand: Subcommand {
    static let name = "pause"
    static let summary = "Pauses the running agent until `resume`, or for a time"
    static let details = ["The worker is asleep while it is paused, also after a restart of agent or machine."]
    static let exitStatuses = RunningAgents.exitStatuses
    static let examples = [
        CommandExample(
            "pause --after-task --for 2h --reason \"my own render\"",
            "Finish the running task, then pause for two hours")
    ]
    static let options =
        SettingsOptions.stateOnly + [
            CommandOption("--after-task", help: "lets the running task finish, instead of returning it to the manager"),
            CommandOption("--for", value: "DURATION", help: "ends the pause after this time, such as 2h"),
            CommandOption("--reason", value: "TEXT", help: "reason to show in `status` and in the log"),
        ]

    private let agents: RunningAgents
    private let command: NodeCommand

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        let time = try SettingsOptions.duration("--for", in: arguments)
        if let time, time <= .zero { throw UsageError("--for should be longer than 0 s") }
        agents = try RunningAgents(arguments)
        command = NodeCommand(
            .pause, by: NodeCommand.caller, reason: arguments.value("--reason"), for: time,
            afterTask: arguments.has("--after-task"))
    }

    func run() async throws -> Int32 { try await agents.give(command) }
}

/// Ends a pause.
struct ResumeCommand: Subcommand {
    static let name = "resume"
    static let summary = "Ends a pause of the running agent"
    static let exitStatuses = RunningAgents.exitStatuses
    static let options = SettingsOptions.stateOnly

    private let agents: RunningAgents

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        agents = try RunningAgents(arguments)
    }

    func run() async throws -> Int32 { try await agents.give(NodeCommand(.resume, by: NodeCommand.caller)) }
}

extension RunningAgents {
    /// Sends a command to the first that answers, and prints its answer.
    fileprivate func give(_ command: NodeCommand) async throws -> Int32 {
        try await ask { question, others in
            let answer = try await BlockingWork.run { _ in try question.give(command) }
            guard answer.isDone else {
                Console.note("flamenco-agent: \(answer.message)")
                return ExitCode.failure
            }
            Console.line(answer.message)
            if let warning = answer.warning { Console.note("warning: \(warning)") }
            let left = others.filter { $0 != question.stateDirectory }
            if !left.isEmpty {
                Console.line("other agents are running with --state-dir \(left.joined(separator: " and "))")
            }
            return ExitCode.success
        }
    }
}

extension NodeCommand {
    /// The user who called this program, or called sudo.
    fileprivate static var caller: String {
        if geteuid() == 0, let name = ProcessInfo.processInfo.environment["SUDO_USER"], !name.isEmpty { return name }
        return SystemUser.name(of: getuid()) ?? "user \(getuid())"
    }
}
