import ExecutorKit
import Foundation
import TestSupport
import Testing

@Suite("What a program leaves behind")
struct LeftoverTests {
    @Test("is ended within the leftover time, with the output complete up to then", .timeLimit(.minutes(1)))
    func heldOutput() async throws {
        let bench = Bench()
        let result = try await bench.shell("sleep 1000 & setsid sh -c 'trap \"\" TERM; sleep 1000' & echo done; exit 4")
        #expect(result.end == .exited(status: 4))
        #expect(result.leftovers >= 2)
        #expect(result.killedAfter == nil)
        #expect(bench.alive.isEmpty)
        #expect(bench.recorder.lines[1] == "done")
        #expect(bench.recorder.lines[2].hasPrefix("< exit status 4, killed "))
    }

    @Test("may end by itself first, and is heard out", .timeLimit(.minutes(1)))
    func heardOut() async throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path("pipe")
        mkfifo(pipe, 0o600)
        let bench = Bench(leftoverTime: Bench.beyondTheTest)
        async let result = bench.shell("(read word < '\(pipe)'; echo \"late $word\") & echo over")
        await bench.recorder.waitForLog("\nover\n")
        try await BlockingWork.run { _ in try Data("words\n".utf8).write(to: URL(filePath: pipe)) }
        #expect(try await result.end == .exited(status: 0))
        #expect(bench.recorder.log.contains("\nlate words\n< exit status 0"))
    }

    @Test("does not matter to one that closes its output and runs on", .timeLimit(.minutes(1)))
    func closedOutput() async throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path("pipe")
        mkfifo(pipe, 0o600)
        let bench = Bench()
        async let result = bench.shell("echo before; exec >&- 2>&-; read word < '\(pipe)'; exit \"$word\"")
        await bench.recorder.waitForLog("\nbefore\n")
        try await BlockingWork.run { _ in try Data("7\n".utf8).write(to: URL(filePath: pipe)) }
        #expect(try await result.end == .exited(status: 7))
    }

    @Test("goes at once when the program is cancelled meanwhile", .timeLimit(.minutes(1)))
    func cancelled() async throws {
        let lifeline = try Lifeline()
        let bench = Bench(leftoverTime: Bench.beyondTheTest)
        let task = Task { try await bench.shell("exec 9>'\(lifeline.path)'; sleep 1000 & echo over; exit 3") }
        await bench.recorder.waitForLog("\nover\n")
        task.cancel()
        try await lifeline.end()
        // Whether the cancel or the end of the program came first is nobody's to say.
        if case .success(let result) = await task.result { #expect(result.end == .exited(status: 3)) }
        #expect(bench.alive.isEmpty)
    }
}
