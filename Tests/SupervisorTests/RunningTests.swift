import ExecutorKit
import Foundation
import TestSupport
import Testing

@Suite("A program that is run")
struct RunningTests {
    @Test("prints into the log, between its command line and how it ended", .timeLimit(.minutes(1)))
    func log() async throws {
        let bench = Bench()
        let result = try await bench.shell("echo one; echo two >&2; exit 3")
        #expect(result.end == .exited(status: 3))
        #expect(bench.recorder.lines[0] == "> /bin/sh -c 'echo one; echo two >&2; exit 3' sh")
        #expect(bench.recorder.lines[1...2] == ["one", "two"])
        #expect(bench.recorder.lines[3].hasPrefix("< exit status 3 (wall "))
        #expect(bench.recorder.lines[4...] == [""])
        #expect(bench.alive.isEmpty)
    }

    @Test("is stopped with all that it started when it is cancelled", .timeLimit(.minutes(1)))
    func cancel() async throws {
        let bench = Bench()
        let result = await bench.cancelled("sleep 1000 & sleep 1000 & echo ready; wait")
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(bench.alive.isEmpty)
    }

    @Test("a program that signals its supervisor without end changes nothing", .timeLimit(.minutes(1)))
    func signalled() async throws {
        let result = try await Bench().shell(
            "i=0; while [ $i -lt 300000 ]; do kill -CHLD $PPID; i=$((i + 1)); done; exit 3")
        #expect(result.end == .exited(status: 3))
    }
}
