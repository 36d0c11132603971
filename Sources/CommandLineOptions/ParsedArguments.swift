import HumanText

/// The arguments of a command, sorted into options and operands.
///
/// An option and its value are two arguments, or one with `=` between them. `--` ends the options.
public struct ParsedArguments: Sendable {
    private var values: [String: [String]] = [:]
    /// The operands, in order.
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
                let suggestion = options.nearest(to: parts[0]).map { "; did you mean \"\($0)\"?" } ?? "; see --help"
                throw UsageError("there is no option \"\(parts[0])\"\(suggestion)")
            }
            if values[option.name] != nil, !option.isRepeatable {
                throw UsageError("the option \"\(option.name)\" is given twice")
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
        case (nil, _): throw UsageError("the option \"\(option.name)\" takes no value")
        case (.some, 2): return parts[1]
        case (.some, _):
            guard let next = remaining.popFirst() else {
                throw UsageError("the option \"\(option.name)\" needs a value: \(option.usage)")
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

extension Sequence<CommandOption> {
    /// The option that a name that does not exist may stand for; absent when none is near.
    func nearest(to name: String) -> String? {
        let bare = name.drop { $0 == "-" }.replacing("_", with: "-")
        let spellings = ["--" + bare, name]
        if let synonym = first(where: { !Set($0.synonyms).isDisjoint(with: spellings) }) { return synonym.name }
        return NearestName.to(String(bare), among: map { String($0.name.drop { $0 == "-" }) }).map { "--" + $0 }
    }

    /// The options that an operand may stand for: the one that takes such a value, or the one whose dashes are missing.
    func meant(by operand: String) -> String? {
        let isURL = operand.hasPrefix("http://") || operand.hasPrefix("https://")
        if isURL, let option = first(where: { $0.value?.name == "URL" }) { return "\(option.name) \(operand)" }
        let isSettings = [".json5", ".json", ".yaml", ".yml"].contains { operand.lowercased().hasSuffix($0) }
        if isSettings, let option = first(where: { $0.name == "--settings" }) { return "\(option.name) \(operand)" }
        let parts = operand.split(separator: "=", maxSplits: 1)
        let name = "--" + (parts.first ?? "").replacing("_", with: "-")
        guard let option = first(where: { $0.name == name }) else { return nil }
        return parts.count == 2 ? "\(option.name)=\(parts[1])" : option.usage
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
            throw UsageError("\(option) should be NAME=VALUE, but is \"\(text)\"")
        }
        return (String(parts[0]), String(parts[1]))
    }
}
