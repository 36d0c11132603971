import FlamencoAPI
import Foundation
import Testing

@testable import Farm

@Suite("What those see who watch the farm")
struct WatchingTests {
    @Test("a log from any byte of it, by whole characters")
    func log() {
        var log = TaskLog()
        log.append("añb\n", limit: 1000)
        log.append("cd\n", limit: 1000)
        #expect(log.end == 8)
        #expect(log.part(from: 0, most: 100) == (0, "añb\ncd\n"))
        #expect(log.part(from: 5, most: 100) == (5, "cd\n"))
        // In the middle of a character.
        #expect(log.part(from: 2, most: 100) == (3, "b\ncd\n"))
        #expect(log.part(from: 0, most: 4) == (4, "\ncd\n"))
        #expect(log.part(from: 8, most: 4) == (8, ""))
        #expect(log.part(from: 80, most: 4) == (8, ""))
    }

    @Test("a log whose middle is left out, from behind that")
    func longLog() {
        var log = TaskLog()
        for number in 0..<100 { log.append("line \(number % 10)\n", limit: 70) }
        #expect(log.end == 700)
        let part = log.part(from: 0, most: 1000)
        #expect(part == (665, (5..<10).map { "line \($0)\n" }.joined()))
        #expect(log.part(from: 100, most: 1000) == part)
        #expect(log.part(from: 679, most: 1000) == (679, "line 7\nline 8\nline 9\n"))
    }
}
