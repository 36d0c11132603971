import Foundation
import HumanText
import System

/// A program with commands behind its name.
public struct CommandLineProgram: Sendable {
    private let name: String
    private let summary: String
    private let subcommands: [any Subcommand.Type]
    private let exitCode: @Sendable (any Error) -> Int32

    /// A program.
    ///
    /// - Parameter exitCode: the exit status for an error that a command throws.
    public init(
        name: String, summary: String, subcommands: [any Subcommand.Type],
        exitCode: @escaping @Sendable (any Error) -> Int32
    ) {
        self.name = name
        self.summary = summary
        self.subcommands = subcommands
        self.exitCode = exitCode
    }

    /// How long the end of the program may wait for somebody to read what is left of standard error.
    private static let flushTime = Duration.seconds(1)

    /// Runs the command that the arguments name; gives the exit status.
    public func run(_ arguments: [String]) async -> Int32 {
        let status = await runCommand(arguments)
        await LineWriter.standardError.flush(within: Self.flushTime)
        return status
    }

    private func runCommand(_ arguments: [String]) async -> Int32 {
        guard let first = arguments.first else {
            print(help)
            return ExitCode.usage
        }
        if ["help", "--help", "-h"].contains(first) {
            guard arguments.count > 1 else {
                print(help)
                return ExitCode.success
            }
            return await runCommand([arguments[1], "--help"])
        }
        let wanted = first == "--version" ? "version" : first
        guard let subcommand = subcommands.first(where: { $0.name == wanted }) else {
            let nearest = NearestName.to(first, among: subcommands.map { $0.name })
            complain("there is no command “\(first)”" + (nearest.map { "; did you mean “\($0)”?" } ?? "; see --help"))
            return ExitCode.usage
        }
        let rest = arguments.dropFirst()
        let options = rest.prefix { $0 != "--" }
        if options.contains("--help") || options.contains("-h") {
            print(subcommand.help(of: name))
            return ExitCode.success
        }
        do {
            return try await subcommand.init(ParsedArguments(rest, options: subcommand.options)).run()
        } catch {
            complain("\(error)")
            return error is UsageError ? ExitCode.usage : exitCode(error)
        }
    }

    private func complain(_ sentence: String) {
        let variable = ProcessInfo.processInfo.environment["JOURNAL_STREAM"]
        let isJournal = JournalStream.isReached(by: .standardError, variable: variable)
        let line = VisibleText.line("\(name): \(sentence)") + "\n"
        LineWriter.standardError.write((isJournal ? JournalStream.errorPrefix : "") + line)
    }

    private var help: String {
        let width = subcommands.map { $0.name.count }.max() ?? 0
        let lines = subcommands.map { subcommand in
            let space = String(repeating: " ", count: width - subcommand.name.count + 2)
            return "  \(subcommand.name)\(space)\(subcommand.summary)"
        }
        return """
            \(summary)

            Commands:
            \(lines.joined(separator: "\n"))

            “\(name) help COMMAND” says more about one of them.
            """
    }
}

/// One of the commands of a program.
public protocol Subcommand: Sendable {
    /// What it is called.
    static var name: String { get }
    /// What it does, in half a line.
    static var summary: String { get }
    /// What stands behind the name besides options, as in `[TASK]`.
    static var operands: String { get }
    /// The options that it takes.
    static var options: [CommandOption] { get }

    /// Takes the arguments behind the name.
    ///
    /// - Throws: ``UsageError`` when they make no sense.
    init(_ arguments: ParsedArguments) throws

    /// Does it.
    ///
    /// - Returns: the exit status.
    /// - Throws: anything whose description is one sentence for the person who called.
    func run() async throws -> Int32
}

extension Subcommand {
    /// Nothing but options.
    public static var operands: String { "" }

    /// - Throws: ``UsageError`` when there is anything but options.
    public static func refuseOperands(_ arguments: ParsedArguments) throws {
        if let operand = arguments.positional.first { throw UsageError("“\(name)” takes no “\(operand)”") }
    }

    static func help(of program: String) -> String {
        let operands = operands.isEmpty ? "" : " " + operands
        let intro = "\(program) \(name)\(operands)\(options.isEmpty ? "" : " [options]")\n\n\(summary)."
        return options.isEmpty ? intro : intro + "\n\nOptions:\n" + options.helpLines.joined(separator: "\n")
    }
}

/// The command `version` of a program.
public protocol VersionSubcommand: Subcommand {
    /// The line that it prints.
    static var line: String { get }
}

extension VersionSubcommand {
    /// As every program calls it.
    public static var name: String { "version" }
    /// What it does.
    public static var summary: String { "Prints the version" }
    /// None.
    public static var options: [CommandOption] { [] }

    /// Prints the version.
    public func run() -> Int32 {
        print(Self.line)
        return ExitCode.success
    }
}

/// What a command tells its caller, in the spirit of sysexits(3).
public enum ExitCode {
    /// All went well.
    public static let success: Int32 = 0
    /// What was asked for did not come about.
    public static let failure: Int32 = 1
    /// The command line makes no sense.
    public static let usage: Int32 = 64
    /// Something broke that should not.
    public static let `internal`: Int32 = 70
    /// A disk is full, mounted read-only, or broken.
    public static let disk: Int32 = 74
    /// The settings, or what they point at, cannot be used.
    public static let configuration: Int32 = 78
}
