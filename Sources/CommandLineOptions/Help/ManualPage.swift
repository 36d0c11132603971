import Foundation
import HumanText

/// What the manual page of a program has besides its commands and their options.
public struct ManualText: Sendable {
    /// A term with its meaning.
    public typealias Entry = (term: String, meaning: String)

    /// Paragraphs about what the program does and how it is used.
    public var description: [String] = []
    /// What the topics of `help` are, as in `setting`; absent where there are none.
    public var topicTitle: String?
    /// The files that it uses.
    public var files: [Entry] = []
    /// The environment variables that it reads.
    public var environment: [Entry] = []
    /// All exit statuses.
    public var exitStatuses: [ExitStatus] = []
    /// Command lines with what they do.
    public var examples: [CommandExample] = []
    /// Other manual pages, as in `systemctl(1)`.
    public var seeAlso: [String] = []
    /// The line that the page has at its foot: name and version.
    public var version: String

    /// A page of a program of this version.
    public init(version: String) { self.version = version }
}

/// A manual page in the language of man(7), made from the declarations of commands and options.
struct ManualPage {
    private(set) var text = ""
    private let program: CommandLineProgram

    init(of program: CommandLineProgram) {
        self.program = program
        let manual = program.manual
        head()
        description(manual.description)
        section("COMMANDS")
        for command in program.subcommands {
            paragraph(bold(command.usage), [Self.escaped(command.summary + ".")] + command.details.map(Self.escaped))
        }
        section("OPTIONS")
        options()
        list("FILES", manual.files.map { (Self.italic($0.term), $0.meaning) })
        list("ENVIRONMENT", manual.environment.map { (bold($0.term), $0.meaning) })
        list("EXIT STATUS", manual.exitStatuses.map { (bold($0.status), $0.meaning) })
        let examples = program.subcommands.flatMap { $0.examples } + manual.examples
        if !examples.isEmpty { section("EXAMPLES") }
        for example in examples {
            line(".PP\n" + Self.escaped(example.purpose + ":"))
            line(".RS 4\n.nf\n\(Self.escaped("\(program.name) \(example.arguments)"))\n.fi\n.RE")
        }
        section("SEE ALSO")
        line(
            manual.seeAlso.map { page in
                let parts = page.split(separator: "(", maxSplits: 1)
                return "\\fB\(Self.escaped(String(parts[0])))\\fR(\(parts.dropFirst().first ?? ""))"
            }.sorted().joined(separator: ",\n"))
    }

    /// The date of the page: as the environment says, so that builds can be repeated, else today.
    private static var date: String {
        let seconds = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap(Double.init)
        return (seconds.map { Date(timeIntervalSince1970: $0) } ?? .now)
            .formatted(Date.ISO8601FormatStyle().year().month().day())
    }

    // MARK: Sections

    private mutating func head() {
        let name = Self.escaped(program.name)
        line(
            #".TH \#(name.uppercased()) 1 "\#(Self.date)" "\#(Self.escaped(program.manual.version))" "User Commands""#)
        section("NAME")
        // The sentence begins with the name.
        let summary = program.summary.dropFirst(program.name.count + 1).trimmingPrefix("is ").trimmingPrefix("a ")
        line("\(name) \\- \(Self.escaped(summary.hasSuffix(".") ? String(summary.dropLast()) : String(summary)))")
        section("SYNOPSIS")
        line("\(bold(program.name)) \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n.br")
        line(
            "\(bold(program.name + " help")) [\\fICOMMAND\\fR\(program.manual.topicTitle.map { "|\\fI\($0.uppercased())\\fR" } ?? "")]"
        )
    }

    private mutating func description(_ paragraphs: [String]) {
        if paragraphs.isEmpty { return }
        section("DESCRIPTION")
        for (index, text) in paragraphs.enumerated() {
            line((index == 0 ? "" : ".PP\n") + wrapped(Self.escaped(text)))
        }
    }

    /// The options of each command, then those that commands share, by group.
    private mutating func options() {
        let general = CommandOption("--help", help: "prints the options of the program or of a command (also `-h`)")
        entries([general, CommandOption("--version", help: "prints the version (also `-V`)")])
        var shared: [CommandOption] = []
        for option in program.subcommands.flatMap({ $0.options }) where !option.group.isEmpty {
            if !shared.contains(where: { $0.name == option.name }) { shared.append(option) }
        }
        for command in program.subcommands where !command.options.isEmpty {
            line(".SS Options of \(Self.escaped(command.name))")
            entries(command.options.filter(\.group.isEmpty))
            let others = command.options.filter { !$0.group.isEmpty }
            if !others.isEmpty { line(".PP\n" + wrapped("It also takes \(description(of: others, among: shared)).")) }
        }
        for group in shared.groups {
            line(".SS \(Self.escaped(group))")
            entries(shared.filter { $0.group == group })
        }
    }

    /// Shared options that a command takes, by groups where it takes all of one.
    private func description(of options: [CommandOption], among shared: [CommandOption]) -> String {
        if options.count == shared.count { return "all options of the groups below" }
        let parts = options.groups.map { group in
            let members = options.filter { $0.group == group }
            let isWhole = members.count == shared.count { $0.group == group }
            return isWhole
                ? "the options of \"\(Self.escaped(group))\"" : members.map { bold($0.name) }.joined(separator: ", ")
        }
        return parts.joined(separator: ", ")
    }

    private mutating func entries(_ options: [CommandOption]) {
        for option in options {
            let value = option.value.map { " " + Self.italic($0.name) } ?? ""
            let help = option.helpWithDefault
            let sentence = help.prefix(1).uppercased() + help.dropFirst() + "."
            paragraph(
                bold(option.name) + value, [sentence, option.details].filter { !$0.isEmpty }.map(Self.escaped))
        }
    }

    private mutating func list(_ title: String, _ entries: [(String, String)]) {
        if entries.isEmpty { return }
        section(title)
        for (term, meaning) in entries { paragraph(term, [Self.escaped(meaning)]) }
    }

    // MARK: Lines

    private mutating func line(_ text: String) { self.text += text + "\n" }

    /// A paragraph of escaped text in lines that people can read.
    private func wrapped(_ text: String) -> String {
        WrappedText.lines(text, columns: 78).map { $0.hasPrefix(".") ? "\\&" + $0 : $0 }.joined(separator: "\n")
    }

    private mutating func section(_ title: String) { line(".SH \(title)") }

    /// A term with paragraphs indented below it.
    private mutating func paragraph(_ term: String, _ texts: [String]) {
        line(".TP\n\(term)")
        line(texts.map(wrapped).joined(separator: "\n.IP\n"))
    }

    private func bold(_ text: String) -> String { "\\fB\(Self.escaped(text))\\fR" }

    private static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

    /// Text that roff prints as it is, what is in backticks in bold.
    static func escaped(_ text: String) -> String {
        let parts = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
            .split(separator: "`", omittingEmptySubsequences: false)
        let marked = parts.enumerated().map { $0.offset % 2 == 1 ? "\\fB\($0.element)\\fR" : String($0.element) }
            .joined()
        // groff reads Latin-1 unless it is told otherwise.
        return marked.unicodeScalars.map { scalar in
            scalar.isASCII ? String(scalar) : "\\[u\(Self.hexadecimal(scalar))]"
        }.joined()
    }

    /// The number of a character as roff writes it, with at least four digits.
    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(4 - digits.count, 0)) + digits
    }
}
