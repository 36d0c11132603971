import Agent
import CommandLineOptions
import ExecutorKit
import Foundation

/// Says what the agent of this machine does.
struct StatusCommand: Subcommand {
    static let name = "status"
    static let summary = "Says what the running agent does; status 3 when none runs, 4 when it does not say"
    static let options = SettingsOptions.stateOnly + [CommandOption("--json", help: "prints it as JSON")]

    // LSB, “Init Script Actions”, as systemctl has them.
    private static let notRunning: Int32 = 3
    private static let unknown: Int32 = 4

    private let folders: [String]
    /// Below these are the folders of agents that are only named, since none was asked for.
    private let parents: [String]
    private let asJSON: Bool

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        folders = try SettingsOptions.stateDirectories(from: arguments)
        let isChosen = arguments.has(SettingDeclarations.declared.stateDirectory.option)
        parents = isChosen ? [] : folders.filter { $0 != StateDirectory.ofService } + [StateDirectory.ofService]
        asJSON = arguments.has("--json")
    }

    func run() async throws -> Int32 {
        let others = try await BlockingWork.run { [parents] _ in parents.flatMap(StateDirectory.taken) }
        var failures: [StatusQuestionError] = []
        for folder in folders {
            do {
                try await show(StatusQuestion(stateDirectory: folder), others: others)
                return ExitCode.success
            } catch let error as StatusQuestionError {
                failures.append(error)
            }
        }
        let problem =
            failures.first { $0.reason != .noAgent }.map(\.description)
            ?? "no agent runs with the state directory \(folders.joined(separator: " or "))"
        let hint = others.isEmpty ? "" : "; agents run with --state-dir \(others.joined(separator: " and "))"
        Console.note("flamenco-agent: \(problem)\(hint)")
        return failures.allSatisfy { $0.reason == .noAgent } ? Self.notRunning : Self.unknown
    }

    private func show(_ question: StatusQuestion, others: [String]) async throws {
        if asJSON {
            Console.json(try await BlockingWork.run { _ in try question.askForJSON() })
        } else {
            let status = try await BlockingWork.run { _ in try question.ask() }
            StatusText(status, others: others).lines.forEach { Console.line($0) }
        }
    }
}
