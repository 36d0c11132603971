import System

extension CommandContext {
    /// Returns a callback that checks every line before `onLine`, if there are rules for this command.
    func watched(_ onLine: (@Sendable (OutputLine) -> Void)?) -> (@Sendable (OutputLine) -> Void)? {
        let rules = programs.logRules.lines.filter { $0.commands?.contains(command) ?? true }
        guard !rules.isEmpty else { return onLine }
        let watch = LineWatch(rules)
        let passOn = onLine ?? { _ in }
        return { line in
            // The fast path for nearly all lines.
            guard watch.mayDecide(on: line), let rule = watch.rule(for: line) else {
                passOn(line)
                return
            }
            var line = line
            line.isDecided = true
            take(rule.outcome, rule.reason ?? line.text, source: "log_rules")
            passOn(line)
        }
    }
}

/// Applies the rules to the output of one program.
///
/// Sendable unchecked: every run of a program creates its own, and only the thread that reads the program's output uses
/// it. The rules are behind a pointer, because the exclusivity check for a property of a class would cost more than
/// most lines do.
private final class LineWatch: @unchecked Sendable {
    private let rules: UnsafeMutablePointer<LineRules>

    init(_ rules: [LogRule]) {
        self.rules = .allocate(capacity: 1)
        self.rules.initialize(to: LineRules(rules))
    }

    deinit {
        rules.deinitialize(count: 1)
        rules.deallocate()
    }

    func mayDecide(on line: OutputLine) -> Bool { rules.pointee.mayDecide(on: line) }
    func rule(for line: OutputLine) -> LogRule? { rules.pointee.rule(for: line) }
}

/// Finds the first rule that matches a line.
///
/// Most lines match none. They are skipped by searching for a few bytes only (``RareBytes``), or by sampling
/// (``FixedTextFilter``).
struct LineRules {
    private struct Entry {
        let rule: LogRule
        var matcher: PatternMatcher
    }

    private var entries: [Entry]
    private var rareBytes: RareBytes
    private let filter: FixedTextFilter
    private let hasSlowRules: Bool

    init(_ rules: [LogRule]) {
        entries = rules.map { Entry(rule: $0, matcher: PatternMatcher($0.pattern)) }
        let texts = rules.flatMap(\.pattern.fixedTexts)
        rareBytes = RareBytes(of: texts)
        filter = FixedTextFilter(for: texts)
        hasSlowRules = rules.contains { !$0.pattern.isFast }
    }

    /// Whether one of the rules may match a line. Must be called for every line of the output.
    mutating func mayDecide(on line: OutputLine) -> Bool { rareBytes.mayBe(in: line) || hasSlowRules }

    /// Returns the rule that decides about a line, if there is one.
    mutating func rule(for line: OutputLine) -> LogRule? {
        let mayHaveText = filter.mayBe(in: line.bytes)
        if !mayHaveText { rareBytes.noteVainCandidate() }
        guard mayHaveText || hasSlowRules else { return nil }
        for index in entries.indices {
            let pattern = entries[index].rule.pattern
            if pattern.isFast {
                guard mayHaveText, pattern.fixedTexts.contains(where: { $0.isIn(line.bytes) }) else { continue }
            }
            if entries[index].matcher.matches(line.bytes) { return entries[index].rule }
        }
        return nil
    }
}
