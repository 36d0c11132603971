import Foundation
import HumanText
import System

/// A program with commands behind its name.
public struct CommandLineProgram: Sendable {
    /// The name that it is called by.
    let name: String
    /// What it is, in one sentence that begins with its name.
    let summary: String
    let subcommands: [any Subcommand.Type]
    let topics: [HelpTopic]
    let manual: ManualText
    private let hints: [String: String]
    private let exitCode: @Sendable (any Error) -> Int32

    /// A program.
    ///
    /// - Parameters:
    ///   - summary: what it is, in one sentence that begins with its name.
    ///   - topics: what `help` explains besides commands.
    ///   - hints: words that people try as commands, each with a sentence that says what to use instead.
    ///   - manual: what its manual page has besides commands and options.
    ///   - exitCode: the exit status for an error that a command throws.
    public init(
        name: String, summary: String, subcommands: [any Subcommand.Type], topics: [HelpTopic] = [],
        hints: [String: String] = [:], manual: ManualText, exitCode: @escaping @Sendable (any Error) -> Int32
    ) {
        self.name = name
        self.summary = summary
        self.subcommands = subcommands
        self.topics = topics
        self.hints = hints
        self.manual = manual
        self.exitCode = exitCode
    }

    /// How long the end of the program waits for a reader of what is left of standard error.
    private static let flushTime = Duration.seconds(1)

    /// Runs the command that the arguments name.
    ///
    /// - Returns: the exit status.
    public func run(_ arguments: [String]) async -> Int32 {
        let status = await runCommand(arguments)
        await LineWriter.standardError.flush(within: Self.flushTime)
        return status
    }

    private func runCommand(_ arguments: [String]) async -> Int32 {
        guard let first = arguments.first else {
            Console.lines(help)
            return ExitCode.usage
        }
        if ["help", "--help", "-h"].contains(first) { return printHelp(on: Array(arguments.dropFirst())) }
        let wanted = ["--version", "-V"].contains(first) ? "version" : first
        guard let subcommand = subcommands.first(where: { $0.name == wanted }) else {
            complain(problem(withCommand: first))
            return ExitCode.usage
        }
        let rest = arguments.dropFirst()
        let options = rest.prefix { $0 != "--" }
        if options.contains("--help") || options.contains("-h") {
            Console.lines(subcommand.help(of: name))
            return ExitCode.success
        }
        do {
            return try await subcommand.init(ParsedArguments(rest, options: subcommand.options)).run()
        } catch {
            complain("\(error)", excerpt: (error as? any ErrorWithExcerpt)?.excerpt ?? [])
            return error is UsageError ? ExitCode.usage : exitCode(error)
        }
    }

    private func complain(_ sentence: String, excerpt: [String] = []) {
        let variable = ProcessInfo.processInfo.environment["JOURNAL_STREAM"]
        let isJournal = JournalStream.isReached(by: .standardError, variable: variable)
        for line in ["\(name): \(sentence)"] + excerpt {
            LineWriter.standardError.write((isJournal ? JournalStream.errorPrefix : "") + VisibleText.line(line) + "\n")
        }
    }

    // MARK: Wrong commands

    private func problem(withCommand word: String) -> String {
        if let sentence = hints[word] { return sentence }
        let problem = "there is no command \"\(word)\""
        if word == "-v" { return "there is no option \"-v\"; \"\(name) -V\" prints the version" }
        if let meant = meant(by: word) { return "\(problem); did you mean \"\(meant)\"?" }
        if let near = NearestName.to(word, among: hints.keys), let sentence = hints[near] {
            return sentence.replacing("\"\(near)\"", with: "\"\(word)\"", maxReplacements: 1)
        }
        return "\(problem); \"\(name) help\" lists all commands"
    }

    /// The command line that somebody may mean who wrote something else in place of a command.
    private func meant(by word: String) -> String? {
        if let near = NearestName.to(word, among: subcommands.map { $0.name }) { return near }
        let option = word.split(separator: "=").first.map(String.init) ?? word
        for subcommand in subcommands {
            if word.hasPrefix("-"), subcommand.options.contains(where: { $0.name == option }) {
                return "\(name) \(subcommand.name) \(word)"
            }
            if word.contains("/") || word.contains("."), let meant = subcommand.options.meant(by: word) {
                return "\(name) \(subcommand.name) \(meant)"
            }
        }
        return nil
    }

    // MARK: Help

    private func printHelp(on words: [String]) -> Int32 {
        guard let word = words.first, !["help", "--help", "-h"].contains(word) else {
            Console.lines(help)
            return ExitCode.success
        }
        if word == "--man" {
            Console.write(ManualPage(of: self).text)
            return ExitCode.success
        }
        if let subcommand = subcommands.first(where: { $0.name == word }) {
            Console.lines(subcommand.help(of: name))
            return ExitCode.success
        }
        let topic = HelpTopic.normal(word)
        if let known = topics.first(where: { HelpTopic.normal($0.name) == topic }) {
            Console.lines(known.text())
            return ExitCode.success
        }
        if let text = help(onOption: "--" + topic.replacing("_", with: "-")) {
            Console.lines(text)
            return ExitCode.success
        }
        let near =
            NearestName.to(word, among: subcommands.map { $0.name })
            ?? NearestName.to(topic, among: topics.map(\.name))
        let suggestion =
            near.map { "; did you mean \"\(name) help \($0)\"?" } ?? "; \"\(name) help\" lists all commands"
        complain("there is no help on \"\(word)\"\(suggestion)")
        return ExitCode.usage
    }

    /// What is known of an option that is no topic of its own, by the commands that have it.
    private func help(onOption option: String) -> String? {
        let found = subcommands.compactMap { command in
            command.options.first { $0.name == option }.map { (command.name, $0) }
        }
        if found.isEmpty { return nil }
        var text = HelpText()
        text.add("", found.map { ("\($0) \($1.usage)", $1.helpWithDefault) })
        return text.text
    }

    private var help: String {
        var text = HelpText()
        text.add(verbatim: "Usage: \(name) COMMAND [OPTIONS]")
        text.add(paragraph: summary)
        let what = ["a command"] + (manual.topicTitle.map { ["a \($0)"] } ?? [])
        text.add(
            "Commands",
            subcommands.map { ($0.name, $0.summary) } + [("help", "Explains \(what.joined(separator: " or "))")])
        return text.text
    }
}

/// Something that `help` explains besides commands.
public struct HelpTopic: Sendable {
    /// The word after `help`, with dashes or underscores.
    public let name: String
    /// What is printed.
    public let text: @Sendable () -> String

    /// A topic.
    public init(_ name: String, text: @escaping @Sendable () -> String) {
        self.name = name
        self.text = text
    }

    /// A word with or without leading dashes, and with underscores in place of those within.
    static func normal(_ word: String) -> String { word.drop { $0 == "-" }.replacing("-", with: "_").lowercased() }
}

/// An error that a look at the text in question explains.
public protocol ErrorWithExcerpt: Error {
    /// Lines that are shown below the sentence; empty where there are none.
    var excerpt: [String] { get }
}

extension Subcommand {
    /// The usage line, without the name of the program.
    static var usage: String {
        name + (options.isEmpty ? "" : " [OPTIONS]") + (operands.isEmpty ? "" : " \(operands)")
    }

    static func help(of program: String) -> String {
        var text = HelpText()
        text.add(verbatim: "Usage: \(program) \(usage)")
        text.add(paragraph: summary + ".")
        details.forEach { text.add(paragraph: $0) }
        text.add(options)
        text.add("Exit status", exitStatuses.map { ($0.status, $0.meaning) })
        text.add("Examples", examples.map { ("\(program) \($0.arguments)", $0.purpose) })
        return text.text
    }
}
