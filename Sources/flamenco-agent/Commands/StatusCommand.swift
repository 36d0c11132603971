import Agent
import CommandLineOptions
import ExecutorKit
import Foundation

/// Shows what the agent of this machine does.
struct StatusCommand: Subcommand {
    static let name = "status"
    static let summary = "Shows what the running agent does"
    static let options = SettingsOptions.stateOnly + [CommandOption("--json", help: "prints JSON")]
    static let exitStatuses = RunningAgents.exitStatuses.filter { $0.status != "\(ExitCode.failure)" }

    private let agents: RunningAgents
    private let asJSON: Bool

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        agents = try RunningAgents(arguments)
        asJSON = arguments.has("--json")
    }

    func run() async throws -> Int32 {
        try await agents.ask { question, others in
            if asJSON {
                Console.json(try await BlockingWork.run { _ in try question.askForJSON() })
            } else {
                let status = try await BlockingWork.run { _ in try question.ask() }
                StatusText(status, others: others).lines.forEach { Console.line($0) }
            }
            return ExitCode.success
        }
    }
}
