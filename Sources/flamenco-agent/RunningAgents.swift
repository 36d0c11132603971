import Agent
import CommandLineOptions
import ExecutorKit
import Foundation

/// The running agents of this machine that a command is for: the first that answers of those that it may be about.
struct RunningAgents {
    // LSB, “Init Script Actions”, as systemctl has them.
    private static let notRunning: Int32 = 3
    private static let unknown: Int32 = 4

    private let folders: [String]
    /// Below these are the folders of agents that are only named, since none was asked for.
    private let parents: [String]

    /// - Throws: ``SettingsError``.
    init(_ arguments: ParsedArguments) throws {
        folders = try SettingsOptions.stateDirectories(from: arguments)
        let isChosen = arguments.has(SettingDeclarations.declared.stateDirectory.option)
        parents = isChosen ? [] : folders.filter { $0 != StateDirectory.ofService } + [StateDirectory.ofService]
    }

    /// Asks the first that answers; where none does, says so.
    ///
    /// - Parameter body: asks one, and is told the folders of others; its result is the exit status.
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
            ?? "no agent runs with the state directory \(folders.joined(separator: " or "))"
        let hint = others.isEmpty ? "" : "; agents run with --state-dir \(others.joined(separator: " and "))"
        Console.note("flamenco-agent: \(problem)\(hint)")
        return failures.allSatisfy { $0.reason == .noAgent } ? Self.notRunning : Self.unknown
    }
}
