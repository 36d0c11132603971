import Agent
import CommandLineOptions
import ExecutorKit
import FlamencoAPI
import Foundation

/// Lists the executors, or writes the beginnings of a new one.
struct ExecutorsCommand: Subcommand {
    static let name = "executors"
    static let summary = "Lists the executors of this agent, or begins a new one"
    static let operands = "[new NAME]"
    static let options =
        SettingsOptions.executorsOnly + [
            CommandOption("--json", help: "lists them as JSON"),
            CommandOption("--language", value: "LANGUAGE", help: "for “new”: python (else), shell or swift"),
            CommandOption(
                "--sources", value: "PLACE",
                help:
                    "for “new” in Swift: the sources of Flamenco Agent, a folder (else ../flamenco-agent) or a Git URL"),
        ]

    private enum Work {
        case list(AvailableExecutors, asJSON: Bool)
        case begin(Scaffold)
    }

    private let work: Work

    init(_ arguments: ParsedArguments) throws {
        switch arguments.positional.first {
        case nil:
            for option in ["--language", "--sources"] where arguments.has(option) {
                throw UsageError("\(option) belongs to “executors new NAME”")
            }
            work = .list(try SettingsOptions.executors(from: arguments).available, asJSON: arguments.has("--json"))
        case "new":
            guard arguments.positional.count == 2 else {
                throw UsageError("“executors new” takes one name: that of the command")
            }
            let word = arguments.value("--language") ?? Scaffold.Language.python.rawValue
            guard let language = Scaffold.Language(rawValue: word) else {
                let words = Scaffold.Language.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError("--language should be one of \(words), but is “\(word)”")
            }
            if arguments.has("--sources"), language != .swift {
                throw UsageError("--sources belongs to “--language swift”")
            }
            work = .begin(
                try Scaffold(
                    name: arguments.positional[1], language: language,
                    sources: try arguments.value("--sources").map(Self.place) ?? "../flamenco-agent"))
        case .some(let other):
            throw UsageError("“executors” takes nothing, or “new NAME”, but not “\(other)”")
        }
    }

    func run() throws -> Int32 {
        switch work {
        case .list(let executors, asJSON: true): try printJSON(executors)
        case .list(let executors, asJSON: false): printTable(executors)
        case .begin(let scaffold): try begin(scaffold)
        }
        return ExitCode.success
    }

    // MARK: Listing

    private struct Listing: Encodable {
        let executors: [ExecutorSummary]
        let problems: [ExecutorError]
    }

    private func printJSON(_ executors: AvailableExecutors) throws {
        let listing = Listing(executors: executors.registry.summaries, problems: executors.problems)
        Console.json(try WireJSON.encode(listing))
    }

    private func printTable(_ executors: AvailableExecutors) {
        let rows = executors.registry.summaries.map { executor in
            [
                executor.command, executor.taskType, executor.folder ?? "built in",
                executor.parameters.map { $0.required ? $0.name : "[\($0.name)]" }.joined(separator: " "),
                executor.refusal.map { "not used: \($0)" } ?? "",
            ]
        }
        TextTable.lines([["command", "task type", "from", "parameters", ""]] + rows).forEach { Console.line($0) }
        executors.problems.forEach { Console.note("left out: \($0)") }
        executors.warnings.forEach { Console.note("warning: \($0)") }
    }

    // MARK: Beginning a new one

    /// A place as a package has to name it: a relative folder counts from where this was called.
    private static func place(_ text: String) throws -> String {
        if text.contains("://") || text.contains("@") { return text }
        let path = URL(filePath: text).standardizedFileURL.path
        guard FileManager.default.fileExists(atPath: path + "/Package.swift") else {
            throw UsageError(
                "--sources should be the folder of Flamenco Agent's sources or a Git URL, but there is no Package.swift in "
                    + path)
        }
        return path
    }

    private func begin(_ scaffold: Scaffold) throws {
        let folder = try scaffold.write(in: FileManager.default.currentDirectoryPath)
        for file in scaffold.files { Console.line("wrote \(folder)/\(file.name)") }
        Console.lines(scaffold.nextSteps)
    }
}
