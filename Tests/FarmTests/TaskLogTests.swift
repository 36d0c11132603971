import FlamencoAPI
import FoundationEssentials
import Testing

@testable import Farm

@Suite("Task logs")
struct TaskLogTests {
    @Test("what fits is kept as it came")
    func whole() {
        var log = TaskLog()
        for piece in ["", "a\n", "ü", "\u{0}", "€\n"] { log.append(piece, limit: 1000) }
        #expect(log.text == "a\nü\u{0}€\n")
        #expect(log.size == log.text.utf8.count)
        #expect(log.tail(bytes: 1000) == log.text)
    }

    @Test("of too much the start and the end are kept, and what is missing is counted", arguments: 1...20)
    func bounded(seed: UInt64) throws {
        var dice = Dice(seed)
        let limit = Int.random(in: 8...3000, using: &dice)
        var log = TaskLog()
        var all = ""
        for _ in 0..<Int.random(in: 1...200, using: &dice) {
            let piece = String(
                (0..<Int.random(in: 0...60, using: &dice)).map { _ in "aü€😀\n".randomElement(using: &dice) ?? "a" })
            all += piece
            log.append(piece, limit: limit)
            #expect(log.size == log.text.utf8.count)
        }
        let text = log.text
        if all.utf8.count <= limit / 2 {
            #expect(text == all)
            return
        }
        let parts = text.components(between: "\n[… ", and: " bytes left out …]\n")
        guard let (start, count, end) = parts else {
            #expect(text == all)
            return
        }
        #expect(all.hasPrefix(start) && all.hasSuffix(end))
        #expect(start.utf8.count <= limit / 2 && end.utf8.count <= limit / 2)
        // A character that does not fit whole costs no more than three bytes.
        #expect(start.utf8.count > limit / 2 - 4)
        #expect(start.utf8.count + (try #require(Int(count))) + end.utf8.count == all.utf8.count)
    }

    @Test("one huge piece is cut like many small ones")
    func hugePiece() {
        var log = TaskLog()
        log.append(String(repeating: "0123456789", count: 100_000), limit: 100)
        #expect(
            log.text == String(repeating: "0123456789", count: 5) + "\n[… 999900 bytes left out …]\n"
                + String(repeating: "0123456789", count: 5))
    }

    @Test("the tail has whole lines where there are some")
    func tail() {
        var log = TaskLog()
        for line in 1...1000 { log.append("line \(line)\n", limit: 1 << 20) }
        #expect(log.tail(bytes: 20) == "line 999\nline 1000\n")
        log.append(String(repeating: "ü", count: 100), limit: 1 << 20)
        #expect(log.tail(bytes: 21) == String(repeating: "ü", count: 10))
        #expect(log.tail(bytes: 0).isEmpty)
    }
}

extension String {
    /// The text before, between and after two marks.
    fileprivate func components(between first: String, and second: String) -> (String, String, String)? {
        guard let start = firstRange(of: first), let end = self[start.upperBound...].firstRange(of: second) else {
            return nil
        }
        return (
            String(self[..<start.lowerBound]), String(self[start.upperBound..<end.lowerBound]),
            String(self[end.upperBound...])
        )
    }
}
