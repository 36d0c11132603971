import ExecutorKit
import Foundation
import TestSupport
import Testing

@Suite("Nothing is left")
struct KilledTests {
    static let tree = """
        trap '' TERM; sleep 1000 & setsid sh -c 'setsid sleep 1000 & sleep 1000' & \
        (setsid sleep 1000 <&- >&- 2>&- &) & echo "under $PPID"; echo ready; wait; wait; wait
        """

    @Test("when the agent is killed", .timeLimit(.minutes(1)))
    func agent() async throws {
        let lifeline = try Lifeline()
        let mark = UUID().uuidString
        let agent = try RunningProgram(
            BuiltProducts.path("stand-in-agent"),
            ["run", BuiltProducts.path("task-supervisor"), "exec 9>'\(lifeline.path)'; \(Self.tree)"],
            environment: ["TEST_MARK": mark])
        #expect(await agent.line { $0 == "ready" } != nil)
        agent.send(SIGKILL)
        try await lifeline.end()
        #expect(processes(marked: "TEST_MARK=\(mark)").isEmpty)
    }

    @Test("when the supervisor is killed, and the agent says so", .timeLimit(.minutes(1)))
    func supervisor() async throws {
        let bench = Bench()
        let task = Task { try await bench.shell(Self.tree) }
        await bench.report.waitForLog("\nready\n")
        let line = try #require(bench.report.lines.first { $0.hasPrefix("under ") })
        kill(try #require(Int32(line.dropFirst(6))), SIGKILL)
        let error = await #expect(throws: ProgramError.self) { try await task.value }
        #expect(error?.description == "could not run /bin/sh: its supervisor was killed by SIGKILL")
        #expect(bench.alive.isEmpty)
        #expect(bench.report.log.hasSuffix("\n< could not run /bin/sh: its supervisor was killed by SIGKILL\n"))
    }

    @Test("when somebody tells the supervisor to end", .timeLimit(.minutes(1)))
    func supervisorTold() async throws {
        let bench = Bench()
        let task = Task { try await bench.shell(Self.tree) }
        await bench.report.waitForLog("\nready\n")
        let line = try #require(bench.report.lines.first { $0.hasPrefix("under ") })
        kill(try #require(Int32(line.dropFirst(6))), SIGTERM)
        await #expect(throws: ProgramError.self) { try await task.value }
        #expect(bench.alive.isEmpty)
    }

    @Test(
        "in the agent either, after 600 programs: no descriptor, no zombie, no memory to speak of",
        .timeLimit(.minutes(5)))
    func many() async throws {
        let agent = try RunningProgram(
            BuiltProducts.path("stand-in-agent"), ["repeat", BuiltProducts.path("task-supervisor"), "600"],
            // One heap: how many of them glibc makes depends on how many threads run side by side, thus on the machine.
            environment: ["MALLOC_ARENA_MAX": "1"])
        #expect(await agent.exit() == .status(0))
        _ = await agent.line { $0.hasPrefix("zombies") }
        let lines = agent.output.split(separator: "\n")
        #expect(lines.first == "descriptors 0")
        #expect(lines.last == "zombies 0")
        let memory = try #require(lines.first { $0.hasPrefix("memory ") }.flatMap { Int($0.dropFirst(7)) })
        // It has been 150 to 380 KiB, for 200 programs as for 2000; to keep 2 KiB of each would be 1200 for the 600 here.
        #expect(memory < 800, "KiB more than after the first 40")
    }
}
