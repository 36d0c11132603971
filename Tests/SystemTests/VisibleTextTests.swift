import System
import Testing

@Suite("Text that is made safe to show")
struct VisibleTextTests {
    private static let controls = (Array(0...0x1F) + Array(0x7F...0x9F) + [0x2028, 0x2029, 0x202E, 0x2066])
        .compactMap { UInt32($0) }.compactMap(Unicode.Scalar.init)

    private func hasControls(_ text: String, but allowed: String = "") -> Bool {
        text.unicodeScalars.contains { Self.controls.contains($0) && !allowed.unicodeScalars.contains($0) }
    }

    @Test("has a symbol or an escape sequence for every control character", arguments: controls)
    func each(scalar: Unicode.Scalar) {
        let line = VisibleText.line("a\(scalar)b")
        #expect(line.hasPrefix("a") && line.hasSuffix("b") && line.unicodeScalars.count >= 3)
        #expect(!hasControls(line))
        #expect(!hasControls(VisibleText.lines("a\(scalar)b"), but: "\n\t"))
        #expect(!hasControls(VisibleText.json("a\(scalar)b"), but: String(scalar.value < 0x20 ? scalar : " ")))
    }

    @Test(
        "is one line by Unicode scalars",
        arguments: [
            ("plain \"text\", 例, 👩‍🚒", "plain \"text\", 例, 👩‍🚒"), ("a\r\nWATCHDOG=trigger\r\n", "a␍␊WATCHDOG=trigger␍␊"),
            ("\u{1B}[2J\u{9B}1m\u{7F}", "␛[2J\\u{9b}1m␡"), ("x\u{202E}y\u{2028}z", "x\\u{202e}y\\u{2028}z"), ("", ""),
        ])
    func line(text: String, expected: String) {
        #expect(VisibleText.line(text) == expected)
        #expect(VisibleText.line(expected) == expected)
    }

    @Test("is cut between characters, by its length in bytes")
    func cut() {
        #expect(VisibleText.line("abcdefgh", mostBytes: 8) == "abcdefgh")
        #expect(VisibleText.line("abcdefghi", mostBytes: 8) == "abcde…")
        #expect(VisibleText.line("ab€€€", mostBytes: 10) == "ab€…")
        #expect(VisibleText.line("\n\n\n\n", mostBytes: 8) == "␊…")
    }

    @Test("keeps lines and tabs where there may be lines, and the meaning of JSON")
    func lines() {
        #expect(VisibleText.lines("a\tb\nc\u{1B}d\n") == "a\tb\nc␛d\n")
        #expect(VisibleText.json("{\n\"a\": \"\u{85}\u{202E}\"\n}") == #"{"# + "\n" + #""a": "\u0085\u202e""# + "\n}")
    }

    @Test("of output is the same in parts of every size, and a redrawn line is a new one", arguments: 1...7)
    func output(size: Int) {
        let bytes = Array("1 %\r2 %\r\n€ \u{1B}[1m👩‍🚒\u{9B}\n".utf8) + [0xFF, 0x0A]
        var output = VisibleOutput()
        var shown = ""
        for start in stride(from: 0, to: bytes.count, by: size) {
            shown += output.text(of: bytes[start..<min(start + size, bytes.count)])
        }
        #expect(shown == "1 %\n2 %\n€ ␛[1m👩‍🚒\\u{9b}\n\u{FFFD}\n")
    }
}
