import Testing

@testable import ExecutorKit

@Suite("The end of what a program printed")
struct OutputTailTests {
    private func tail(_ text: String, pieces: Int = 1000) -> OutputTail {
        var tail = OutputTail()
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            bytes[start..<min(start + pieces, bytes.count)].withUnsafeBytes { tail.append($0) }
        }
        return tail
    }

    @Test("has the last lines that say something", arguments: [1, 7, 1000, 100_000])
    func lines(pieces: Int) {
        let text = (1...5000).map { "line \($0)" }.joined(separator: "\n") + "\n\n \r\n"
        #expect(tail(text, pieces: pieces).lines.suffix(2) == ["line 4999", "line 5000"])
        #expect(tail("", pieces: pieces).lines == [])
        #expect(tail("\u{1B}[31mred\u{1B}[0m\t\u{7}!\r", pieces: pieces).lines == ["red\t!"])
        #expect(tail(String(repeating: "ü", count: 20_000), pieces: pieces).lines.last?.count == 401)
    }

    @Test(
        "shows the exception that a traceback ends with",
        arguments: [
            (
                "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    x()\nValueError: no camera\n",
                "ValueError: no camera"
            ),
            (
                "Error: Python:   File \"<string>\", line 1\n    a = (GPU\n        ^\nSyntaxError: '(' was never closed\n\nError: script failed, expr: 'a', exiting.\n",
                "SyntaxError: '(' was never closed"
            ),
            ("Traceback (most recent call last):\n  File \"a.py\", line 1\nstudio.NoCamera\n", "studio.NoCamera"),
            ("Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 1\na\nb\nc\nd\n", nil),
            ("ValueError: printed by hand\n", nil),
        ] as [(String, String?)])
    func exceptions(text: String, exception: String?) {
        #expect(tail(text).exception == exception)
    }
}
