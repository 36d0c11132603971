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

    @Test(
        "when the supervisor is killed by its program, and the agent says so", .timeLimit(.minutes(1)),
        arguments: ["sleep 1000", "trap '' TERM; (setsid env -i sleep 1000 &); wait"])
    func supervisor(line: String) async throws {
        let lifeline = try Lifeline()
        // Nothing but the pipe ties them together: the environment of most is empty.
        let script = try lifeline.folder.write("tree.sh", Self.tree)
        let printed = lifeline.folder.path("printed")
        let agent = try RunningProgram(
            BuiltProducts.path("stand-in-agent"),
            [
                "run", BuiltProducts.path("task-supervisor"),
                "exec 9>'\(lifeline.path)'; : >'\(printed)'; env -i PATH=\"$PATH\" /bin/sh '\(script)' >'\(printed)' 2>&1 & "
                    + "until grep -q ready '\(printed)'; do sleep 0.01; done; kill -9 $PPID; \(line)",
            ], environment: ["PATH": "/usr/bin:/bin"])
        let error = await agent.line { $0.hasPrefix("error: ") }
        #expect(error == "error: could not run /bin/sh: task-supervisor was killed by SIGKILL")
        try await lifeline.end()
        #expect(await agent.exit() == .status(0))
    }

    @Test("when the program stops its supervisor, again and again, and is cancelled", .timeLimit(.minutes(1)))
    func stoppedSupervisor() async throws {
        for line in [
            "kill -STOP $PPID; echo ready; sleep 1000", "trap '' TERM; echo ready; while :; do kill -STOP $PPID; done",
        ] {
            let bench = Bench()
            let result = await bench.cancelled(line)
            #expect(throws: CancellationError.self) { try result.get() }
            #expect(bench.alive.isEmpty)
        }
    }

    @Test("when the program stops its supervisor and ends, or has a time limit", .timeLimit(.minutes(1)))
    func stoppedSupervisorAtEnd() async throws {
        let bench = Bench()
        #expect(try await bench.shell("kill -STOP $PPID").end == .exited(status: 0))
        var program = Program("/bin/sh", ["-c", "trap '' TERM; while :; do kill -STOP $PPID; done"])
        program.timeLimit = .milliseconds(100)
        #expect(try await bench.run(program).end == .timeLimit(.milliseconds(100)))
        #expect(bench.alive.isEmpty)
    }

    @Test("when somebody tells the supervisor to end", .timeLimit(.minutes(1)))
    func supervisorTold() async throws {
        let bench = Bench()
        let task = Task { try await bench.shell(Self.tree) }
        await bench.recorder.waitForLog("\nready\n")
        let line = try #require(bench.recorder.lines.first { $0.hasPrefix("under ") })
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
        // It has been 100 to 380 KiB, for 200 programs as for 2000; to keep 2 KiB of each would be 1200 for the 600 here.
        #expect(memory < 800, "KiB more than after the first 40")
    }
}
