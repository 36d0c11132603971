import ExecutorKit
import Foundation
import TestSupport
import Testing

@Suite("How a program ended")
struct EndTests {
    /// All that end a program which does nothing about them: neither those that stop it nor those that it ignores.
    static let endingSignals: [Int32] = (1...64).filter {
        ![SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU].contains($0)
    }

    @Test("is known for every signal", .timeLimit(.minutes(1)), arguments: endingSignals)
    func signal(number: Int32) async throws {
        var bench = Bench()
        bench.runner.defaults.limits.coreSize = 0
        let result = try await bench.shell("kill -\(number) $$; exit 1")
        #expect(result.end == .signalled(number, coreDumped: false))
    }

    @Test("is known for every exit status", .timeLimit(.minutes(1)), arguments: [0, 1, 77, 127, 255] as [Int32])
    func status(number: Int32) async throws {
        #expect(try await Bench().shell("exit \(number)").end == .exited(status: number))
    }

    @Test("goes with what the tree took", .timeLimit(.minutes(1)))
    func usage() async throws {
        let bench = Bench()
        // A buffer of 64 MiB, filled a few times, in a grandchild.
        let result = try await bench.shell("(dd if=/dev/zero of=/dev/null bs=64M count=4 2>&1; true); true")
        #expect(result.peakMemory > 64 << 20)
        #expect(result.userTime + result.systemTime > .milliseconds(10))
        #expect(result.wallTime > .zero)
    }

    @Test("is its time limit, and SIGKILL if it takes that", .timeLimit(.minutes(1)))
    func timeLimit() async throws {
        let clock = ManualClock()
        let bench = Bench(clock: clock)
        async let result = bench.run(
            Program(
                "/bin/sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 1000; done"], timeLimit: .seconds(60)))
        await bench.recorder.waitForLog("\nready\n")
        await clock.waitForSleepers()
        clock.advance(by: .seconds(59))
        #expect(clock.pendingSleeps == [.seconds(1)])
        clock.advance(by: .seconds(1))
        #expect(try await result.end == .timeLimit(.seconds(60)))
        #expect(try await result.killedAfter == .milliseconds(200))
        #expect(
            bench.recorder.log.contains(
                "\n< stopped after its time limit of 1 min, killed by SIGKILL after not stopping for 200 ms (wall 1 min, "
            ))
        #expect(bench.alive.isEmpty)
    }

    @Test("is silence, counted from the last output", .timeLimit(.minutes(1)))
    func silence() async throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path("pipe")
        mkfifo(pipe, 0o600)
        let clock = ManualClock()
        let bench = Bench(clock: clock, gracePeriod: Bench.beyondTheTest)
        let line = "echo first; read word < '\(pipe)'; echo second; sleep 1000"
        async let result = bench.run(Program("/bin/sh", ["-c", line], silenceLimit: .seconds(60)))
        await bench.recorder.waitForLog("\nfirst\n")
        await clock.waitForSleepers()
        clock.advance(by: .seconds(40))
        try await BlockingWork.run { _ in try Data("go\n".utf8).write(to: URL(filePath: pipe)) }
        await bench.recorder.waitForLog("\nsecond\n")
        clock.advance(by: .seconds(20))
        // Not over: it sleeps for what is left since the second line.
        await clock.waitForSleepers()
        #expect(clock.pendingSleeps == [.seconds(40)])
        clock.advance(by: .seconds(40))
        #expect(try await result.end == .silenceLimit(.seconds(60)))
        #expect(bench.recorder.log.contains("\n< stopped after printing nothing for 1 min (wall "))
    }

    @Test("is told on a line of its own, whatever was printed last", .timeLimit(.minutes(1)))
    func lineOfItsOwn() async throws {
        let bench = Bench()
        try await bench.shell("printf 'no end'")
        #expect(bench.recorder.lines[1] == "no end")
        #expect(bench.recorder.lines[2].hasPrefix("< exit status 0 "))
    }

    @Test(
        "is said in words",
        arguments: [
            (ProgramEnd.exited(status: 3), "exit status 3"),
            (.signalled(SIGSEGV, coreDumped: true), "killed by SIGSEGV, core dumped"),
            (.signalled(40, coreDumped: false), "killed by signal 40"),
            (.outOfMemory(limit: 256 << 20), "killed by the kernel: out of memory, over its memory_limit of 256 MiB"),
            (
                .outOfMemory(limit: nil),
                "killed by the kernel: out of memory on the machine, or in a parent cgroup"
            ),
            (.timeLimit(.seconds(90)), "stopped after its time limit of 1 min 30 s"),
        ])
    func words(end: ProgramEnd, words: String) {
        #expect(end.description == words)
    }
}
