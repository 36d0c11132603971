import Testing

@testable import ExecutorKit

@Suite("Lines that end with a carriage return")
struct LineScannerReturnTests {
    @Test("come out the same, wherever the stream is cut", arguments: ["a\rb\r\nc\r", "\r", "\r\r\n\n\r", "x\n\r\ny"])
    func everyCut(text: String) {
        let bytes = Array(text.utf8)
        var lines: Set<[String]> = []
        for first in 0...bytes.count {
            for second in first...bytes.count {
                var scanner = LineScanner()
                var found: [String] = []
                for piece in [bytes[..<first], bytes[first..<second], bytes[second...]] {
                    piece.withUnsafeBytes { scanner.scan($0) { found.append($0.text) } }
                }
                scanner.finish { found.append($0.text) }
                lines.insert(found)
            }
        }
        #expect(lines.count == 1, "\(lines)")
    }
}
