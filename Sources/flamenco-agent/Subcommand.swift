import CommandLineOptions

/// One of the commands behind `flamenco-agent`.
protocol Subcommand: Sendable {
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
    static var operands: String { "" }

    /// The help text of this command.
    static var help: String {
        let operands = operands.isEmpty ? "" : " " + operands
        let intro = "flamenco-agent \(name)\(operands) [options]\n\n\(summary)."
        return options.isEmpty ? intro : intro + "\n\nOptions:\n" + options.helpLines.joined(separator: "\n")
    }

    /// - Throws: ``UsageError`` when there is anything but options.
    static func refuseOperands(_ arguments: ParsedArguments) throws {
        if let operand = arguments.positional.first {
            throw UsageError("“flamenco-agent \(name)” takes no “\(operand)”")
        }
    }
}
