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
    private let asJSON: Bool

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        folders = try SettingsOptions.stateDirectories(from: arguments)
        asJSON = arguments.has("--json")
    }

    func run() async throws -> Int32 {
        var failures: [StatusQuestionError] = []
        for folder in folders {
            do {
                let answer = try await BlockingWork.run { _ in try StatusQuestion(stateDirectory: folder).ask() }
                if asJSON {
                    Console.line(String(decoding: try answer.status.json(pretty: true), as: UTF8.self))
                } else {
                    StatusText(answer.status).lines.forEach { Console.line($0) }
                }
                return ExitCode.success
            } catch let error as StatusQuestionError {
                failures.append(error)
            }
        }
        if let other = failures.first(where: { $0.reason != .noAgent }) {
            Console.note("flamenco-agent: \(other)")
            return Self.unknown
        }
        Console.note("flamenco-agent: no agent runs with the state directory \(folders.joined(separator: " or "))")
        return Self.notRunning
    }
}
