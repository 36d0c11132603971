/// The command `completion` of a program: prints a script that has a shell complete its command lines.
public protocol CompletionSubcommand: Subcommand {
    /// The program.
    static var program: CommandLineProgram { get }
    /// The shell that the script is for.
    var shell: CompletionShell { get }
}

/// The shells that there are scripts for.
public enum CompletionShell: String, CaseIterable, Sendable {
    case bash, zsh, fish

    /// The shell that the operand names.
    ///
    /// - Throws: ``UsageError`` when it names none.
    public init(_ arguments: ParsedArguments) throws {
        let names = Self.allCases.map(\.rawValue)
        guard let word = arguments.positional.first, arguments.positional.count == 1 else {
            throw UsageError("\"completion\" needs the name of one shell: \(names.joined(separator: ", "))")
        }
        guard let shell = CompletionShell(rawValue: word) else {
            throw UsageError("\"completion\" knows the shells \(names.joined(separator: ", ")), but not \"\(word)\"")
        }
        self = shell
    }
}

extension CompletionSubcommand {
    /// The usual name.
    public static var name: String { "completion" }
    /// What it does.
    public static var summary: String { "Prints a completion script for bash, zsh or fish" }
    /// How the script gets into a shell.
    public static var details: [String] {
        [
            "Packages install these scripts where shells find them. For one shell only: `source <(\(program.name) completion"
                + " bash)`; with fish, `\(program.name) completion fish | source`."
        ]
    }
    /// The shell.
    public static var operands: String { "SHELL" }
    /// The names of the shells.
    public static var operandCompletion: ValueCompletion { .words(CompletionShell.allCases.map(\.rawValue)) }
    /// None.
    public static var options: [CommandOption] { [] }

    /// Prints the script.
    public func run() -> Int32 {
        let commands = CompletionCommands(of: Self.program)
        switch shell {
        case .bash: Console.write(BashCompletion(commands).script)
        case .zsh: Console.write(ZshCompletion(commands).script)
        case .fish: Console.write(FishCompletion(commands).script)
        }
        return ExitCode.success
    }
}

/// What a shell has to know of a program.
struct CompletionCommands {
    struct Command {
        let name: String
        let summary: String
        let operand: ValueCompletion
        let options: [CommandOption]
    }

    let program: String
    /// The commands, `help` among them.
    let commands: [Command]

    init(of program: CommandLineProgram) {
        self.program = program.name
        let names = program.subcommands.map { $0.name }
        commands =
            program.subcommands.map {
                Command(name: $0.name, summary: $0.summary, operand: $0.operandCompletion, options: $0.options)
            } + [
                Command(
                    name: "help", summary: "Explains commands and options",
                    operand: .words(names + program.topics.map(\.name)), options: [])
            ]
    }

    /// The name of the program as that of a function of a shell.
    var function: String { "_" + program.replacing("-", with: "_") }

    /// Text as one word, in single quotes, as all three shells take it.
    static func quoted(_ text: String) -> String {
        "'" + text.replacing("`", with: "\"").replacing("'", with: #"'\''"#) + "'"
    }
}
