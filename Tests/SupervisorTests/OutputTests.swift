import ExecutorKit
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("What a program prints")
struct OutputTests {
    @Test("arrives whole and in order, and line by line", .timeLimit(.minutes(1)))
    func whole() async throws {
        let bench = Bench()
        let lines = Mutex([String]())
        let result = try await bench.run(Program("seq", ["1", "200000"])) { line in
            lines.withLock { $0.append(line.text) }
        }
        #expect(result.end == .exited(status: 0))
        let expected = (1...200_000).map { "\($0)" }
        #expect(lines.withLock { $0 } == expected)
        #expect(bench.recorder.lines.dropFirst().prefix(200_000).elementsEqual(expected))
    }

    @Test("need not be text", .timeLimit(.minutes(1)))
    func bytes() async throws {
        let bench = Bench()
        let lines = Mutex([String]())
        _ = try await bench.run(Program("printf", [#"a\0b\r\n\377\nlast\rredrawn"#])) { line in
            lines.withLock { $0.append(line.text) }
        }
        #expect(lines.withLock { $0 } == ["a\0b", "\u{FFFD}", "last", "redrawn"])
    }

    @Test("can be a lot without an end of a line", .timeLimit(.minutes(1)))
    func noLines() async throws {
        let bench = Bench()
        let sizes = Mutex([Int]())
        _ = try await bench.run(Program("/bin/sh", ["-c", "head -c 1000000 /dev/zero | tr '\\0' x"])) { line in
            sizes.withLock { $0.append(line.text.utf8.count) }
        }
        #expect(sizes.withLock { $0 } == Array(repeating: 65536, count: 15) + [16960])
        #expect(bench.recorder.log.utf8.count > 1_000_000)
    }
}
