import System

extension CommandContext {
    /// A look at every line before `onLine` sees it, as far as there are rules for this command.
    func watched(_ onLine: (@Sendable (OutputLine) -> Void)?) -> (@Sendable (OutputLine) -> Void)? {
        let rules = programs.logRules.lines.filter { $0.commands?.contains(command) ?? true }
        guard !rules.isEmpty else { return onLine }
        let watch = LineWatch(rules)
        return { line in
            var line = line
            if let rule = watch.rule(for: line) {
                line.isDecided = true
                take(rule.outcome, rule.reason ?? line.text, source: "log_rules")
            }
            onLine?(line)
        }
    }
}

/// The rules at work on the output of one program.
///
/// Sendable unchecked: every run of a program makes its own, and only the thread that reads the program's output uses it.
private final class LineWatch: @unchecked Sendable {
    private var rules: LineRules

    init(_ rules: [LogRule]) { self.rules = LineRules(rules) }

    func rule(for line: OutputLine) -> LogRule? { rules.rule(for: line) }
}

/// Finds the first rule that a line matches.
///
/// Most lines match none. They are passed over by looking for a few bytes only; see ``RareBytes``.
struct LineRules {
    private struct Entry {
        let rule: LogRule
        var matcher: PatternMatcher
    }

    private var entries: [Entry]
    private var rareBytes: RareBytes
    private let hasSlowRules: Bool

    init(_ rules: [LogRule]) {
        entries = rules.map { Entry(rule: $0, matcher: PatternMatcher($0.pattern)) }
        rareBytes = RareBytes(of: rules.flatMap(\.pattern.fixedTexts))
        hasSlowRules = rules.contains { !$0.pattern.isFast }
    }

    /// The rule that decides about a line, if one does.
    mutating func rule(for line: OutputLine) -> LogRule? {
        let isCandidate = rareBytes.mayBe(in: line)
        guard isCandidate || hasSlowRules else { return nil }
        for index in entries.indices {
            let pattern = entries[index].rule.pattern
            if pattern.isFast {
                guard isCandidate, pattern.fixedTexts.contains(where: { $0.isIn(line.bytes) }) else { continue }
            }
            if entries[index].matcher.matches(line.bytes) { return entries[index].rule }
        }
        if isCandidate { rareBytes.noteVainCandidate() }
        return nil
    }
}
