package import FlamencoAPI
import HumanText

/// One of the operator's rules about lines of output.
package struct LogRule: Hashable, Sendable {
    /// The expression to search for.
    package let pattern: LinePattern
    /// The commands that the rule applies to; if nil, all.
    package let commands: [String]?
    /// The meaning of a matching line.
    package let outcome: ResultCheck.Outcome
    /// The message for users, instead of the line.
    package let reason: String?
}

/// The operator's rules for lines of output and findings of checks: the setting `log_rules`.
package struct LogRules: Hashable, Sendable {
    /// The rules for lines; the first that matches decides.
    package private(set) var lines: [LogRule] = []
    /// The outcomes of checks set by the operator, by the names of the checks.
    package private(set) var outcomes: [String: ResultCheck.Outcome] = [:]
    /// The rules as written.
    package private(set) var source: [JSONValue] = []

    private static let members = ["match", "check", "commands", "then", "reason"]

    /// Creates an empty list.
    package init() {}

    /// Parses rules from the settings.
    ///
    /// - Throws: ``LogRuleError`` for the first invalid rule.
    package init(_ source: [JSONValue]) throws(LogRuleError) {
        self.source = source
        for (index, value) in source.enumerated() { try add(value, at: "log_rules[\(index)]") }
    }

    /// The rules that are tried on every line, because they have no fixed text to search for first.
    package var slow: [LogRule] { lines.filter { !$0.pattern.isFast } }

    /// Returns the outcome of a check.
    package func outcome(of check: ResultCheck) -> ResultCheck.Outcome { outcomes[check.name] ?? check.outcome }

    private mutating func add(_ value: JSONValue, at place: String) throws(LogRuleError) {
        guard case .object(let members) = value else {
            throw LogRuleError("\"\(place)\" should be an object, but is \(value)")
        }
        for name in members.keys.sorted() where !Self.members.contains(name) {
            let suggestion = NearestName.to(name, among: Self.members).map { "; did you mean \"\($0)\"?" } ?? ""
            throw LogRuleError("there is no \"\(place).\(name)\"\(suggestion)")
        }
        let outcomes = ResultCheck.Outcome.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        guard let outcome = try text("then", members, place).flatMap(ResultCheck.Outcome.init) else {
            let found = members["then"].map { ", but is \($0)" } ?? ", and is missing"
            throw LogRuleError("\"\(place).then\" should be one of \(outcomes)\(found)")
        }
        switch (try text("match", members, place), try text("check", members, place)) {
        case (let match?, nil):
            let pattern: LinePattern
            do {
                pattern = try LinePattern(match)
            } catch {
                throw LogRuleError("\"\(place).match\" is not valid \(error), in \"\(match)\"")
            }
            lines.append(
                LogRule(
                    pattern: pattern, commands: try commands(members, place), outcome: outcome,
                    reason: try text("reason", members, place)))
        case (nil, let check?):
            if let surplus = ["commands", "reason"].first(where: { members[$0] != nil }) {
                throw LogRuleError("\"\(place)\" has a \"check\", so it cannot have \"\(surplus)\"")
            }
            self.outcomes[check] = outcome
        default: throw LogRuleError("\"\(place)\" should have either \"match\" or \"check\"")
        }
    }

    private func text(
        _ name: String, _ members: [String: JSONValue], _ place: String
    ) throws(LogRuleError) -> String? {
        guard let value = members[name], value != .null else { return nil }
        guard let text = value.stringValue, !text.isEmpty else {
            throw LogRuleError("\"\(place).\(name)\" should be a string, but is \(value)")
        }
        return text
    }

    private func commands(_ members: [String: JSONValue], _ place: String) throws(LogRuleError) -> [String]? {
        guard let value = members["commands"], value != .null else { return nil }
        guard case .array(let elements) = value, case let names = elements.compactMap(\.stringValue),
            names.count == elements.count, !names.isEmpty
        else { throw LogRuleError("\"\(place).commands\" should be a list of commands, but is \(value)") }
        return names
    }
}

/// A problem in a rule.
package struct LogRuleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    package let description: String

    init(_ description: String) { self.description = description }
}
