/// An option of a command.
public struct CommandOption: Hashable, Sendable {
    /// The name with its dashes, as in `--wait`.
    public let name: String
    /// The value that it takes; absent when it takes none.
    public let value: OptionValue?
    /// What it does, in half a line. Names of commands, options and values are in backticks.
    public let help: String
    /// The default, as people read it; empty when there is none to state.
    public let standard: String
    /// The heading that it is listed under; empty for the options of the command itself.
    public let group: String
    /// More about it, for manual pages.
    public let details: String
    /// Whether it may be given more than once.
    public let isRepeatable: Bool
    /// Names that people try instead, with their dashes.
    public let synonyms: [String]

    /// An option.
    public init(
        _ name: String, value: OptionValue? = nil, help: String, default standard: String = "", group: String = "",
        details: String = "", isRepeatable: Bool = false, synonyms: [String] = []
    ) {
        self.name = name
        self.value = value
        self.help = help
        self.standard = standard
        self.group = group
        self.details = details
        self.isRepeatable = isRepeatable
        self.synonyms = synonyms
    }

    /// How it is written, as in `--set KEY=VALUE`.
    public var usage: String { value.map { "\(name) \($0.name)" } ?? name }

    /// What it does, with its default.
    var helpWithDefault: String { standard.isEmpty ? help : "\(help) (default: \(standard))" }
}

/// The value of an option.
public struct OptionValue: Hashable, Sendable, ExpressibleByStringLiteral {
    /// What stands for it in help texts, as in `PATH`, or the words that are allowed, as in `stop|drain`.
    public let name: String
    /// What a shell completes it with.
    public let completion: ValueCompletion

    /// A value.
    public init(_ name: String, completion: ValueCompletion) {
        self.name = name
        self.completion = completion
    }

    /// A value whose name says what a shell can complete: a file for `PATH` and `FILE`, a folder for `DIR`.
    public init(_ name: String) {
        let first = name.prefix { $0.isUppercase }
        self.init(name, completion: ["PATH", "FILE"].contains(first) ? .file : first == "DIR" ? .folder : .nothing)
    }

    /// See ``init(_:)``.
    public init(stringLiteral name: String) { self.init(name) }

    /// One of these words.
    public static func choice(_ words: [String]) -> OptionValue {
        OptionValue(words.joined(separator: "|"), completion: .words(words))
    }
}

/// What a shell completes the value of an option, or an operand of a command, with.
public enum ValueCompletion: Hashable, Sendable {
    /// Nothing: only the person knows.
    case nothing
    /// A file or folder.
    case file
    /// A folder.
    case folder
    /// A user of the machine.
    case user
    /// One of these words.
    case words([String])
    /// A line that the program prints when called with these arguments.
    case lines([String])
}
