import ExecutorKit
import Foundation
import TestSupport
import Testing

@Suite("After a cancel nothing is alive")
struct CancelTests {
    /// The child of a shell with a trap. From the fork until it drops the trap, a signal is taken by that and lost; only the
    /// child itself can say that it is beyond this.
    private static let readyChild = "(echo ready; exec sleep 1000)"

    @Test(
        "of a tree, whatever it is like", .timeLimit(.minutes(1)),
        arguments: [
            "sleep 1000 & (sleep 1000; true) & echo ready; wait",
            "setsid sleep 1000 & echo ready; wait",
            "setsid sh -c 'setsid sleep 1000 & sleep 1000' & echo ready; wait",
            "(setsid sh -c 'exec sleep 1000 <&- >&- 2>&-' &) & echo ready; sleep 1000",
            "(setsid sh -c '(env -i setsid sleep 1000 <&- >&- 2>&- &) &' &); echo ready; exec sleep 1000",
            "nohup sleep 1000 & echo ready; wait",
            "sleep 1000 & kill -STOP $!; echo ready; kill -STOP $$",
        ])
    func trees(line: String) async throws {
        let lifeline = try Lifeline()
        let bench = Bench()
        let result = await bench.cancelled("exec 9>'\(lifeline.path)'; \(line)")
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(bench.alive.isEmpty)
        try await lifeline.end()
    }

    @Test("of a tree that ignores SIGTERM, and the log says so", .timeLimit(.minutes(1)))
    func stubborn() async throws {
        let bench = Bench()
        let result = await bench.cancelled("trap '' TERM; setsid sleep 1000 & sleep 1000 & echo ready; wait; wait")
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(bench.alive.isEmpty)
        #expect(bench.recorder.log.contains("\n< stopped, killed by SIGKILL after not stopping for 200 ms (wall "))
    }

    @Test("of a tree that goes on forking while it is killed", .timeLimit(.minutes(1)))
    func forking() async throws {
        let bench = Bench()
        let result = await bench.cancelled("exec '\(BuiltProducts.path("stand-in-agent"))' fork-on")
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(bench.alive.isEmpty)
    }

    @Test("and a program that stops in time may clean up", .timeLimit(.minutes(1)))
    func cleansUp() async throws {
        let bench = Bench(gracePeriod: Bench.beyondTheTest)
        let result = await bench.cancelled(
            "trap 'sleep 0.05; echo cleaned; exit 0' TERM; \(Self.readyChild) & wait; wait")
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(bench.recorder.log.contains("\ncleaned\n< stopped (wall "))
    }

    @Test(
        "and no grace period has to pass once it is to be skipped", .timeLimit(.minutes(1)), arguments: [true, false])
    func skipGrace(beforeTheCancel: Bool) async throws {
        let bench = Bench(gracePeriod: Bench.beyondTheTest)
        let line = "trap 'echo asked' TERM; while :; do \(Self.readyChild); done"
        let task = Task { try await bench.shell(line) }
        await bench.recorder.waitForLog("\nready\n")
        if beforeTheCancel {
            bench.runner.skipGrace()
            task.cancel()
        } else {
            task.cancel()
            await bench.recorder.waitForLog("\nasked\n")
            bench.runner.skipGrace()
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(bench.alive.isEmpty)
        #expect(bench.recorder.log.contains("\n< stopped, killed by SIGKILL without time to stop (wall "))
    }

    @Test("and what is cancelled before it began does not begin")
    func early() async throws {
        let bench = Bench()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await bench.shell("echo never")
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(bench.recorder.log.isEmpty)
    }

    @Test("whenever it comes", .timeLimit(.minutes(1)), arguments: 0..<20)
    func anyMoment(moment: Int) async throws {
        let bench = Bench()
        let task = Task { try await bench.shell("sleep 1000 & sleep 1000 & wait") }
        for _ in 0..<(moment * 40) { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(bench.alive.isEmpty)
    }
}
