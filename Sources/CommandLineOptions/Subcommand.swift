/// One of the commands of a program.
public protocol Subcommand: Sendable {
    /// Its name.
    static var name: String { get }
    /// What it does, in half a line.
    static var summary: String { get }
    /// More about it, in paragraphs.
    static var details: [String] { get }
    /// The operands in the usage line, as in `[TASK]`.
    static var operands: String { get }
    /// What a shell completes the first operand with.
    static var operandCompletion: ValueCompletion { get }
    /// The options that it takes.
    static var options: [CommandOption] { get }
    /// Its exit statuses, besides those that all commands have.
    static var exitStatuses: [ExitStatus] { get }
    /// Command lines, without the name of the program, each with what it does.
    static var examples: [CommandExample] { get }

    /// Takes the arguments after the name.
    ///
    /// - Throws: ``UsageError`` when they are wrong.
    init(_ arguments: ParsedArguments) throws

    /// Runs it.
    ///
    /// - Returns: the exit status.
    /// - Throws: any error whose description is one sentence for the person who called.
    func run() async throws -> Int32
}

extension Subcommand {
    /// Nothing more.
    public static var details: [String] { [] }
    /// Nothing but options.
    public static var operands: String { "" }
    /// Nothing.
    public static var operandCompletion: ValueCompletion { .nothing }
    /// Only those that all commands have.
    public static var exitStatuses: [ExitStatus] { [] }
    /// None.
    public static var examples: [CommandExample] { [] }

    /// - Throws: ``UsageError`` when there is anything but options; it says which option may be meant.
    public static func refuseOperands(_ arguments: ParsedArguments) throws {
        guard let operand = arguments.positional.first else { return }
        let meant = options.meant(by: operand).map { "; did you mean \"\($0)\"?" }
        throw UsageError("\"\(name)\" takes no operands, but got \"\(operand)\"" + (meant ?? ""))
    }
}

/// An exit status with its meaning.
public struct ExitStatus: Hashable, Sendable {
    /// The status, or several, as in `3, 4`.
    public let status: String
    /// When a command ends with it.
    public let meaning: String

    /// An exit status.
    public init(_ status: Int32, _ meaning: String) { self.init("\(status)", meaning) }

    /// An exit status that is named, or several.
    public init(_ status: String, _ meaning: String) {
        self.status = status
        self.meaning = meaning
    }
}

/// A command line with what it does.
public struct CommandExample: Hashable, Sendable {
    /// The arguments of the program, as a shell reads them.
    public let arguments: String
    /// What it does.
    public let purpose: String

    /// An example.
    public init(_ arguments: String, _ purpose: String) {
        self.arguments = arguments
        self.purpose = purpose
    }
}

/// The command `version` of a program.
public protocol VersionSubcommand: Subcommand {
    /// The line that it prints.
    static var line: String { get }
}

extension VersionSubcommand {
    /// The usual name.
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

/// The exit statuses of commands, after sysexits(3).
public enum ExitCode {
    /// Done.
    public static let success: Int32 = 0
    /// Not done.
    public static let failure: Int32 = 1
    /// The command line is wrong.
    public static let usage: Int32 = 64
    /// An internal error.
    public static let `internal`: Int32 = 70
    /// A disk is full, mounted read-only, or broken.
    public static let disk: Int32 = 74
    /// Not done yet; trying again later may help.
    public static let temporary: Int32 = 75
    /// The settings, or what they refer to, cannot be used.
    public static let configuration: Int32 = 78
}
