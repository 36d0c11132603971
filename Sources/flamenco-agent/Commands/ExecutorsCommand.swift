import Agent
import CommandLineOptions
import ExecutorKit
import FlamencoAPI
import Foundation

/// Lists the executors, or creates a new one.
struct ExecutorsCommand: Subcommand {
    static let name = "executors"
    static let summary = "Lists the executors of this agent, or creates a new one"
    static let details = [
        "The list has the commands that tasks can use, with task type, origin and parameters (optional ones in brackets). Executors"
            + " that were left out are listed below it, with the reason."
    ]
    static let operands = "[list | new NAME]"
    static let operandCompletion = ValueCompletion.words(["list", "new"])
    static let options =
        SettingsOptions.executorsOnly + [
            CommandOption("--json", help: "lists executors as JSON"),
            CommandOption("--names", help: "lists only the names of the commands that can be used, a line each"),
            CommandOption(
                "--language", value: .choice(Scaffold.Language.allCases.map(\.rawValue)),
                help: "language of a new executor", default: "python"),
            CommandOption(
                "--sources", value: "DIR|GIT-URL",
                help: "sources of Flamenco Agent, for a new executor in Swift", default: "../flamenco-agent"),
        ]
    static let examples = [
        CommandExample("executors new count-words --language shell", "Create an executor in the folder count-words")
    ]

    private enum Work {
        case list(AvailableExecutors)
        case listAsJSON(AvailableExecutors)
        case listNames(AvailableExecutors)
        case create(Scaffold)
    }

    private let work: Work

    init(_ arguments: ParsedArguments) throws {
        switch arguments.positional.first {
        case nil, "list":
            for option in ["--language", "--sources"] where arguments.has(option) {
                throw UsageError("\"\(option)\" belongs to \"executors new NAME\"")
            }
            if let surplus = arguments.positional.dropFirst().first {
                throw UsageError("\"executors list\" takes no operands, but got \"\(surplus)\"")
            }
            let available = try SettingsOptions.executors(from: arguments).available
            work =
                arguments.has("--names")
                ? .listNames(available) : arguments.has("--json") ? .listAsJSON(available) : .list(available)
        case "new":
            guard arguments.positional.count == 2 else {
                throw UsageError("\"executors new\" needs one name, that of the command")
            }
            let word = arguments.value("--language") ?? Scaffold.Language.python.rawValue
            guard let language = Scaffold.Language(rawValue: word) else {
                let words = Scaffold.Language.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError("--language should be one of \(words), but is \"\(word)\"")
            }
            if arguments.has("--sources"), language != .swift {
                throw UsageError("\"--sources\" belongs to \"--language swift\"")
            }
            work = .create(
                try Scaffold(
                    name: arguments.positional[1], language: language,
                    sources: try arguments.value("--sources").map(Self.place) ?? "../flamenco-agent"))
        case .some(let other):
            throw UsageError("\"executors\" takes \"list\" or \"new NAME\", but got \"\(other)\"")
        }
    }

    func run() throws -> Int32 {
        switch work {
        case .list(let executors): printTable(executors)
        case .listAsJSON(let executors): try printJSON(executors)
        case .listNames(let executors): executors.registry.commandNames.forEach { Console.line($0) }
        case .create(let scaffold): try create(scaffold)
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

    // MARK: Creating

    /// The location of sources for Package.swift: a folder as an absolute path, or a Git URL.
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

    private func create(_ scaffold: Scaffold) throws {
        let folder = try scaffold.write(in: FileManager.default.currentDirectoryPath)
        for file in scaffold.files { Console.line("wrote \(folder)/\(file.name)") }
        Console.lines(scaffold.nextSteps)
    }
}
