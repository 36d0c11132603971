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
