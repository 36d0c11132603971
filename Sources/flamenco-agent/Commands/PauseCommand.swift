import Agent
import CommandLineOptions
import ExecutorKit
import Foundation
import System

/// Has the agent of this machine take no tasks for a while.
struct PauseCommand: Subcommand {
    static let name = "pause"
    static let summary =
        "Has the running agent sleep until “resume”, or for a time; status 1 when it does not, 3 when none runs, "
        + "4 when it does not answer"
    static let options =
        SettingsOptions.stateOnly + [
            CommandOption("--after-task", help: "lets the running task finish; else it goes back to the manager"),
            CommandOption("--for", value: "TIME", help: "ends the pause by itself, after 2h for instance"),
            CommandOption("--reason", value: "TEXT", help: "tells others why, in “status” and the agent's log"),
        ]

    private let agents: RunningAgents
    private let command: NodeCommand

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        let time = try SettingsOptions.duration("--for", in: arguments)
        if let time, time <= .zero { throw UsageError("--for should be longer than nothing") }
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
    static let summary =
        "Ends the pause of the running agent; status 1 when it does not, 3 when none runs, 4 when it does not answer"
    static let options = SettingsOptions.stateOnly

    private let agents: RunningAgents

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        agents = try RunningAgents(arguments)
    }

    func run() async throws -> Int32 { try await agents.give(NodeCommand(.resume, by: NodeCommand.caller)) }
}

extension RunningAgents {
    /// Gives a command to the first that answers, and prints what it says.
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
            if !left.isEmpty { Console.line("other agents run with --state-dir \(left.joined(separator: " and "))") }
            return ExitCode.success
        }
    }
}

extension NodeCommand {
    /// Who calls this program, before “sudo” if it was that.
    fileprivate static var caller: String {
        if geteuid() == 0, let name = ProcessInfo.processInfo.environment["SUDO_USER"], !name.isEmpty { return name }
        return SystemUser.name(of: getuid()) ?? "user \(getuid())"
    }
}
