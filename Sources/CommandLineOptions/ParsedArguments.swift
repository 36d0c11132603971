import HumanText

/// The arguments of a command, sorted into options and the rest.
///
/// An option and its value are two arguments, or one with `=` between them. `--` ends the options.
public struct ParsedArguments: Sendable {
    private var values: [String: [String]] = [:]
    /// What is not an option, in order.
    public private(set) var positional: [String] = []

    /// Sorts arguments.
    ///
    /// - Throws: ``UsageError`` for an option that does not exist, lacks its value, has one too many, or comes twice.
    public init(_ arguments: some Sequence<String>, options: [CommandOption]) throws(UsageError) {
        let known = Dictionary(options.map { ($0.name, $0) }) { first, _ in first }
        var remaining = Array(arguments)[...]
        while let argument = remaining.popFirst() {
            if argument == "--" {
                positional += remaining
                return
            }
            guard argument.hasPrefix("-"), argument != "-" else {
                positional.append(argument)
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let option = known[parts[0]] else {
                let suggestion = NearestName.to(parts[0], among: known.keys).map { "; did you mean “\($0)”?" } ?? ""
                throw UsageError("there is no option “\(parts[0])”\(suggestion)")
            }
            if values[option.name] != nil, !option.isRepeatable {
                throw UsageError("the option “\(option.name)” is given twice")
            }
            values[option.name, default: []].append(try Self.value(of: option, parts, &remaining))
        }
    }

    /// The value of an option that was given.
    public func value(_ name: String) -> String? { values[name]?.last }

    /// Every value of an option, in order.
    public func all(_ name: String) -> [String] { values[name] ?? [] }

    /// Whether an option was given.
    public func has(_ name: String) -> Bool { values[name] != nil }

    private static func value(
        of option: CommandOption, _ parts: [String], _ remaining: inout ArraySlice<String>
    ) throws(UsageError) -> String {
        switch (option.value, parts.count) {
        case (nil, 1): return ""
        case (nil, _): throw UsageError("the option “\(option.name)” takes no value")
        case (.some, 2): return parts[1]
        case (.some(let value), _):
            guard let next = remaining.popFirst() else {
                throw UsageError("the option “\(option.name)” needs a value: \(option.name) \(value)")
            }
            return next
        }
    }
}

/// What is wrong with a command line, in one sentence.
public struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence, without a full stop.
    public let description: String

    /// A wrong command line.
    public init(_ description: String) { self.description = description }
}

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

/// Values of options that are pairs, as in `--set frames=1-10`.
public enum KeyAndValue {
    /// The parts before and after the first `=`.
    ///
    /// - Throws: ``UsageError`` when there is none.
    public static func split(_ text: String, option: String) throws -> (String, String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw UsageError("\(option) should be NAME=VALUE, but is “\(text)”")
        }
        return (String(parts[0]), String(parts[1]))
    }
}
