import FlamencoAPI
import TestSupport
import Testing

@testable import ExecutorKit

@Suite("Rules about lines")
struct LogRulesTests {
    private func rules(_ list: JSONValue...) throws -> LogRules { try LogRules(list) }

    @Test(
        "that are wrong are named with their place",
        arguments: [
            ("x", "\"log_rules[0]\" should be an object, but is \"x\""),
            (["match": "a"], "\"log_rules[0].then\" should be one of \"fail\", \"warn\", \"ignore\", and is missing"),
            (
                ["match": "a", "then": "stop"],
                "\"log_rules[0].then\" should be one of \"fail\", \"warn\", \"ignore\", but is \"stop\""
            ),
            (["then": "fail"], "\"log_rules[0]\" should have either \"match\" or \"check\""),
            (
                ["match": "a", "check": "b", "then": "fail"],
                "\"log_rules[0]\" should have either \"match\" or \"check\""
            ),
            (
                ["match": "a", "then": "fail", "reson": "b"],
                "there is no \"log_rules[0].reson\"; did you mean \"reason\"?"
            ),
            (
                ["match": "a(", "then": "fail"],
                "\"log_rules[0].match\" is not valid at character 2: the group is not closed, in \"a(\""
            ),
            (
                ["match": "a", "then": "fail", "commands": "b"],
                "\"log_rules[0].commands\" should be a list of commands, but is \"b\""
            ),
            (
                ["check": "a", "then": "fail", "reason": "b"],
                "\"log_rules[0]\" has a \"check\", so it cannot have \"reason\""
            ),
            (["match": 3, "then": "fail"], "\"log_rules[0].match\" should be a string, but is 3"),
        ] as [(JSONValue, String)])
    func wrong(rule: JSONValue, message: String) {
        let problem = #expect(throws: LogRuleError.self) { try rules(rule) }
        #expect(problem?.description == message)
    }

    @Test("find the first rule that matches, wherever a line lies in the output")
    func finding() throws {
        let rules = try rules(
            ["match": "licen[cs]e .*expired", "then": "fail"], ["match": "(?i)WARNING: old", "then": "warn"],
            ["match": "^x*y$", "then": "ignore"], ["match": "expired", "then": "warn"])
        #expect(rules.slow.map(\.pattern.text) == ["^x*y$"])
        let noise = (0..<5000).map {
            "Fra:\($0) Mem:812.40M (Peak 911.02M) | Time:00:41.27 | Remaining:02:11.60 | Sample 96/256"
        }
        let wanted = [
            "the license has expired", "warning: OLD driver", "xxy", "it expired", "y", "a licence that expired",
        ]
        var lines = noise
        for (index, line) in wanted.enumerated() { lines.insert(line, at: index * 800 + 17) }
        let text = Array(lines.joined(separator: "\n").utf8)
        // Pieces of several sizes, so that lines are cut in all places.
        for size in [1 << 20, 4096, 1013, 64] {
            var finder = LineRules(rules.lines)
            var scanner = LineScanner()
            var found: [String] = []
            let look: (OutputLine) -> Void = { line in
                if let rule = finder.rule(for: line) { found.append("\(rule.outcome) \(line.text)") }
            }
            for start in stride(from: 0, to: text.count, by: size) {
                text[start..<min(start + size, text.count)].withUnsafeBytes { scanner.scan($0, look) }
            }
            scanner.finish(look)
            let outcomes = ["fail", "warn", "ignore", "warn", "ignore", "fail"]
            #expect(found == zip(outcomes, wanted).map { "\($0) \($1)" }, "pieces of \(size)")
        }
    }
}
