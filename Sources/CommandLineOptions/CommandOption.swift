/// An option of a command.
public struct CommandOption: Hashable, Sendable {
    /// The name with its dashes, as in `--wait`.
    public let name: String
    /// What stands for the value in help texts, as in `FILE`; absent when the option takes none.
    public let value: String?
    /// What it does, in half a line.
    public let help: String
    /// Whether it may be given more than once.
    public let isRepeatable: Bool

    /// An option.
    public init(_ name: String, value: String? = nil, help: String, isRepeatable: Bool = false) {
        self.name = name
        self.value = value
        self.help = help
        self.isRepeatable = isRepeatable
    }

    /// How it is written, as in `--set KEY=VALUE`.
    public var usage: String { value.map { "\(name) \($0)" } ?? name }
}

extension Sequence<CommandOption> {
    /// A line for each option, for help texts.
    public var helpLines: [String] {
        let width = map(\.usage.count).max() ?? 0
        return map { option in
            "  " + option.usage + String(repeating: " ", count: width - option.usage.count + 2) + option.help
        }
    }
}
