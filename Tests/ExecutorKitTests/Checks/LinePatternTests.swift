import TestSupport
import Testing

@testable import ExecutorKit

@Suite("Expressions of rules about lines")
struct LinePatternTests {
    private func matches(_ pattern: String, _ line: String) throws -> Bool {
        var matcher = PatternMatcher(try LinePattern(pattern))
        return Array(line.utf8).withUnsafeBufferPointer { matcher.matches($0) }
    }

    @Test(
        "match what they should, and nothing else",
        arguments: [
            ("out of memory", ["CUDA out of memory!"], ["out  of memory", "OUT OF MEMORY", ""]),
            ("(?i)out of memory", ["Out of Memory"], ["out memory"]), ("^ab$", ["ab"], ["abc", "xab"]),
            ("a.c", ["xabcx", "aüc", "a c"], ["ac", "abbc"]), ("^.{3}$", ["abc", "aüß", "€ü𝄞"], ["ab", "abcd"]),
            ("[a-c]+x", ["zzabx"], ["zzdx", "x"]), ("[^a-c]x", ["dx", "üx"], ["ax", "x"]), ("[]a]", ["]", "a"], ["b"]),
            ("[ä€]x", ["äx", "€x"], ["ax", "üx"]), ("a|bc|", ["", "x"], []),
            ("^(a|bc){2}$", ["aa", "abc", "bcbc"], ["a", "bcb"]),
            ("^a{2,3}$", ["aa", "aaa"], ["a", "aaaa"]), ("^a{2,}$", ["aaaaa"], ["a"]), ("x{y}", ["x{y}"], ["xy"]),
            ("\\bGPU\\b", ["the GPU is", "GPU", "GPU,"], ["GPUs", "xGPU", "GPU_0"]), ("\\Ba", ["ba"], ["a", " a"]),
            ("\\d+ of \\d+", ["3 of 10"], ["x of 10"]), ("^\\w+\\s\\S+$", ["ab €c"], ["ab", "a-b c"]),
            ("\\.png$", ["a.png"], ["a.pngx", "apng"]),
            ("\\x41\\u00e9", ["Aé"], ["Ae"]), ("(?<name>a)(?:b)(?i:C)", ["abc", "abC"], ["aBc"]),
            ("(a*)*b", ["aaab", "b"], ["aaa"]),
            ("a+?b", ["aab"], ["b"]), ("frame [0-9]{4}", ["frame 0012"], ["frame 012"]),
        ])
    func matching(pattern: String, good: [String], bad: [String]) throws {
        for line in good { #expect(try matches(pattern, line), "\"\(line)\"") }
        for line in bad { #expect(try !matches(pattern, line), "\"\(line)\"") }
    }

    @Test("match as Swift's own engine does, for thousands of expressions made up by chance")
    func oracle() throws {
        var random = SeededNumbers(seed: 17)
        func expression(_ depth: Int) -> String {
            let parts = (0...Int.random(in: 0...2, using: &random)).map { _ -> String in
                let atoms = ["a", "b", ".", "[ab]", "[^a]", "\\w", "\\b", "^", "$", "-"]
                let atom =
                    depth > 0 && Int.random(in: 0..<3, using: &random) == 0
                    ? "(\(expression(depth - 1))|\(expression(depth - 1)))" : atoms.randomElement(using: &random) ?? "a"
                if ["\\b", "^", "$"].contains(atom) { return atom }
                return atom + (["", "", "*", "+", "?", "{2}", "{1,2}"].randomElement(using: &random) ?? "")
            }
            return parts.joined()
        }
        for _ in 0..<3000 {
            let pattern = expression(2)
            let regex = try Regex(pattern).asciiOnlyWordCharacters().wordBoundaryKind(.simple)
            for _ in 0..<4 {
                let line = String(
                    (0..<Int.random(in: 0...7, using: &random)).map { _ in "ab- ".randomElement(using: &random) ?? "a" }
                )
                let expected = try regex.firstMatch(in: line) != nil
                #expect(try matches(pattern, line) == expected, "\"\(pattern)\" in \"\(line)\"")
                let texts = try LinePattern(pattern).fixedTexts
                if expected, !texts.isEmpty {
                    let isThere = Array(line.utf8).withUnsafeBufferPointer { line in texts.contains { $0.isIn(line) } }
                    #expect(isThere, "\"\(pattern)\" matches \"\(line)\", which has none of its fixed texts")
                }
            }
        }
    }

    @Test(
        "are refused with the place where they are wrong",
        arguments: [
            ("", 1, "the expression is empty"), ("a(b", 2, "the group is not closed"),
            ("ab)", 3, "unmatched \")\""),
            ("a**", 3, "a repetition is repeated"), ("*a", 1, "\"*\" has nothing to repeat"),
            ("x[ab", 2, "the class is not closed"),
            ("(a)\\1", 4, "back references are not supported"),
            ("a(?=b)", 2, "lookahead and lookbehind are not supported"),
            ("(?>a)", 1, "this kind of group is not supported"), ("a\\", 2, "trailing backslash"),
            ("\\q", 1, "\"\\q\" is not supported"), ("[b-a]", 2, "the range is reversed"),
            ("a{3,2}", 2, "the minimum of the repetition is larger than its maximum"),
            ("a{2000}", 2, "more than 1000 repetitions are not supported"),
            ("^*", 1, "an assertion cannot be repeated"),
            ("a(?i)b", 2, "\"(?i)\" is only allowed at the beginning"),
            ("(.{900}){900}", 1, "the expression is too large, counting its repetitions"),
            ("\\xZZ", 1, "expected 2 hexadecimal digits of a character"),
        ])
    func problems(pattern: String, position: Int, reason: String) {
        let problem = #expect(throws: PatternError.self) { try LinePattern(pattern) }
        #expect(problem == PatternError(position: position, reason: reason))
    }

    @Test(
        "have the text that has to be in every line that matches",
        arguments: [
            ("CUDA error: .*memory", ["CUDA error: "]), ("(out of|no) memory", [" memory"]),
            ("(abc|defg)+", ["abc", "defg"]),
            ("(?i)Out Of", ["out of"]), ("^Error$", ["Error"]), ("a.b.c", []), ("(abc)?x", []), ("(abc|x)", []),
            ("[aA]bcd", ["abcd"]),
        ])
    func fixedTexts(pattern: String, texts: [String]) throws {
        let pattern = try LinePattern(pattern)
        #expect(pattern.fixedTexts.map { String(decoding: $0.bytes, as: UTF8.self) } == texts)
        #expect(pattern.isFast == !texts.isEmpty)
    }

    @Test("of great depth are refused before the stack is full")
    func depth() {
        let expression = String(repeating: "(", count: 100_000) + String(repeating: ")", count: 100_000)
        #expect(throws: PatternError.self) { try LinePattern(expression) }
    }

    /// Steps, since time depends on the machine. A backtracking engine needs 2^40000 of them for the first.
    @Test(
        "need no more work for a byte than they have steps, whatever the line",
        arguments: [
            "(a+)+$", "(a|aa)+$", "(a|a?)+$", "(.*)*(.*)*x", "a{0,200}a{200}$", "(?i)(a*)*b[^a]", "\\b(a+b?)+\\b$",
        ])
    func linear(pattern: String) throws {
        let pattern = try LinePattern(pattern)
        for line in [String(repeating: "a", count: 4 << 10) + "!", String(repeating: "ab", count: 2 << 10) + "!"] {
            var matcher = PatternMatcher(pattern)
            let bytes = Array(line.utf8)
            _ = bytes.withUnsafeBufferPointer { matcher.matches($0) }
            #expect(matcher.work <= (bytes.count + 1) * pattern.program.steps.count)
        }
    }

    @Test("keep their memory when their states are more than anybody would store")
    func manyStates() throws {
        var matcher = PatternMatcher(try LinePattern("a[ab]{14}c"))
        var random = SeededNumbers(seed: 3)
        let line = (0..<30_000).map { _ in "ab".utf8.randomElement(using: &random) ?? 0 }
        #expect(line.withUnsafeBufferPointer { matcher.matches($0) } == false)
        #expect(
            (line + Array("c".utf8)).withUnsafeBufferPointer { matcher.matches($0) }
                == (line[line.count - 15] == UInt8(ascii: "a")))
    }
}
