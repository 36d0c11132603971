import Agent
import CommandLineOptions
import ExecutorKit
import Foundation

/// The running agents that a command may be for; the first that answers is used.
struct RunningAgents {
    // LSB, "Init Script Actions", as in systemctl.
    private static let notRunning: Int32 = 3
    private static let unknown: Int32 = 4
    /// The exit statuses of commands for a running agent.
    static let exitStatuses = [
        ExitStatus(ExitCode.success, "done"), ExitStatus(ExitCode.failure, "the agent refused"),
        ExitStatus(notRunning, "no agent is running"),
        ExitStatus(unknown, "the agent does not answer, or this user may not ask it"),
    ]

    private let folders: [String]
    /// Folders of other agents are below these; they are only listed.
    private let parents: [String]

    /// - Throws: ``SettingsError``.
    init(_ arguments: ParsedArguments) throws {
        folders = try SettingsOptions.stateDirectories(from: arguments)
        let isChosen = arguments.has(SettingDeclarations.declared.stateDirectory.option)
        parents = isChosen ? [] : folders.filter { $0 != StateDirectory.ofService } + [StateDirectory.ofService]
    }

    /// Asks the first that answers; reports it when none does.
    ///
    /// - Parameter body: asks one, and receives the folders of others; its result is the exit status.
    func ask(
        _ body: (_ question: StatusQuestion, _ others: [String]) async throws -> Int32
    ) async throws -> Int32 {
        let others = try await BlockingWork.run { [parents] _ in parents.flatMap(StateDirectory.taken) }
        var failures: [StatusQuestionError] = []
        for folder in folders {
            do {
                return try await body(StatusQuestion(stateDirectory: folder), others)
            } catch let error as StatusQuestionError {
                failures.append(error)
            }
        }
        let problem =
            failures.first { $0.reason != .noAgent }.map(\.description)
            ?? "no agent is running with the state directory \(folders.joined(separator: " or "))"
        let hint = others.isEmpty ? "" : "; agents are running with --state-dir \(others.joined(separator: " and "))"
        Console.note("flamenco-agent: \(problem)\(hint)")
        return failures.allSatisfy { $0.reason == .noAgent } ? Self.notRunning : Self.unknown
    }
}
