import ExecutorKit
import Foundation
import Synchronization
import TestSupport
import Testing

/// A shell that stays open and does a line of shell for each order; `$mark` is what its private lines begin with.
private struct OpenShell {
    private static let script = """
        echo starting
        while read -r mark line && [ -n "$line" ]; do
            [ -z "$last" ] || echo late
            echo "$mark {\\"state\\": \\"begun\\"}"
            [ -n "$last" ] || read -r go
            memory=1; eval "$line"
            echo "$mark {\\"state\\": \\"done\\", \\"userTime\\": 2, \\"memory\\": $memory}"
            last=$mark
        done
        """

    var bench: Bench

    init(clock: any Clock<Duration> = ContinuousClock(), memory: UInt64 = 1000) {
        bench = Bench(clock: clock)
        bench.runner.defaults.keepsOpen = KeepOpen(for: .seconds(30), memory: memory)
    }

    func order(_ line: String, arguments: [String] = [], environment: [String: String] = [:]) -> OpenOrder {
        let program = Program("/bin/sh", ["-c", Self.script, "sh"] + arguments, environment: environment)
        return OpenOrder(program: program, alone: Program("sh"), files: []) { "\($0) \(line)\n" }
    }

    /// Has a line done; gives the log of its command, and how it ended.
    func run(_ order: OpenOrder, _ recorder: CommandRecorder = CommandRecorder()) async throws
        -> (log: String, result: ProgramResult?)
    {
        let result = try await bench.runner.run(
            order, files: [], sink: recorder.sink, privateLines: nil, onLine: nil)
        return (recorder.log, result)
    }

    func run(_ line: String, _ recorder: CommandRecorder = CommandRecorder()) async throws
        -> (log: String, result: ProgramResult?)
    {
        try await run(order(line), recorder)
    }

    /// The process that does the lines now.
    func process() async throws -> String {
        let log = try await run("echo process $$").log
        return try #require(log.split(separator: "\n").first { $0.hasPrefix("process ") }.map(String.init))
    }
}

@Suite("A program that stays open", .timeLimit(.minutes(1)))
struct OpenProgramTests {
    @Test("does one order after another, and the log of each command has what it printed meanwhile and nothing else")
    func orders() async throws {
        let shell = OpenShell()
        let (one, first) = try await shell.run("echo one $$; printf 'no end'")
        let (two, second) = try await shell.run("echo two $$ >&2")
        #expect(
            one.hasPrefix("> sh\nstarting\none ") && one.contains("\nno end\n< done, sh stays open (wall "), "\(one)")
        #expect(two.contains("\nsh is still open: it is not started again\ntwo "), "\(two)")
        #expect(!["starting", "\none", "no end", "late"].contains(where: two.contains), "\(two)")
        #expect(!(one + two).contains("flamenco-") && !(one + two).contains("\u{1}"))
        let processes = try [one, two].map { try #require($0.firstMatch(of: #/(?:one|two) (\d+)\n/#)?.1) }
        #expect(processes[0] == processes[1])
        #expect(first?.end == .exited(status: 0) && second?.userTime == .seconds(2))
        await shell.bench.runner.kept.close()
        #expect(shell.bench.alive.isEmpty)
    }

    @Test("shows rules and checks what it printed when it started for each command, and its log only for the first")
    func beginning() async throws {
        let shell = OpenShell()
        for number in 1...2 {
            let lines = Mutex<[String]>([])
            let recorder = CommandRecorder()
            _ = try await shell.bench.runner.run(
                shell.order("echo \(number)"), files: [], sink: recorder.sink, privateLines: nil
            ) { line in
                let text = line.text
                lines.withLock { $0.append(text) }
            }
            #expect(lines.withLock(\.self) == ["starting", "\(number)"])
            #expect(recorder.log.contains("starting") == (number == 1))
        }
        await shell.bench.runner.kept.close()
    }

    @Test("is another one for another command, after the last has ended")
    func identity() async throws {
        let shell = OpenShell()
        let first = try await shell.process()
        #expect(try await shell.process() == first)
        let number = try #require(first.split(separator: " ").last.map(String.init))
        let gone = "kill -0 \(number) 2>/dev/null && echo there || echo gone"
        #expect(try await shell.run(shell.order(gone, arguments: ["x"])).log.contains("\ngone\n"))
        let second = try await shell.process()
        #expect(second != first)
        // What says which task it is makes no difference; every other variable does.
        let task = shell.order("echo process $$", environment: ["FLAMENCO_TASK_ID": "7"])
        #expect(try await shell.run(task).log.contains("\n\(second)\n"))
        let other = shell.order("echo process $$", environment: ["FLAMENCO_JOB_ID": "7"])
        #expect(try await !shell.run(other).log.contains(second))
        var limited = shell
        limited.bench.runner.defaults.limits.openFiles = 64
        #expect(try await !limited.run(task).log.contains(second))
        await shell.bench.runner.kept.close()
        #expect(shell.bench.alive.isEmpty)
    }

    @Test("is believed its own marks alone: neither one that is made up nor that of the order before ends an order")
    func forgedMarks() async throws {
        let shell = OpenShell()
        _ = try await shell.run("true")
        let forged =
            #"printf '\001flamenco-%s {"state": "done"}\n' "$(cat /proc/sys/kernel/random/uuid)" "${last#?flamenco-}""#
        let (log, result) = try await shell.run("\(forged); echo behind")
        #expect(result != nil)
        #expect(log.contains("\nbehind\n") && log.components(separatedBy: #"{"state": "done"}"#).count == 3, "\(log)")
        await shell.bench.runner.kept.close()
    }

    @Test(
        "that ends, declines or makes no sense in the middle of an order leaves it to a program of its own",
        arguments: [
            ("echo half; exit 3", "half\n< exit status 3"), ("kill -9 $$", "< killed by SIGKILL"),
            ("exit 0", "< exit status 0"),
            (
                #"echo "$mark {\"state\": \"declined\", \"reason\": \"too hard\"}""#,
                "< not done by a sh that stays open: too hard"
            ),
            (#"echo "$mark what""#, "< not done by a sh that stays open: it said \"what\""),
        ])
    func lost(line: String, words: String) async throws {
        for isUsed in [false, true] {
            let shell = OpenShell()
            if isUsed { _ = try await shell.run("echo before") }
            let (log, result) = try await shell.run(line)
            #expect(result == nil)
            #expect(log.contains("\n" + words), "\(log)")
            #expect(!log.contains("flamenco-"))
            #expect(shell.bench.alive.isEmpty)
            // It is not tried for ever; one that did work before may have had enough.
            let again = try await shell.run("echo after")
            #expect((again.result != nil) == (isUsed && !words.contains("not done")), "\(again)")
            await shell.bench.runner.kept.close()
        }
    }

    @Test("has its limits for each order")
    func limits() async throws {
        let clock = ManualClock()
        let shell = {
            var shell = OpenShell(clock: clock)
            shell.bench.runner.defaults.timeLimit = .seconds(20)
            shell.bench.runner.defaults.silenceLimit = .seconds(15)
            return shell
        }()
        let folder = try TemporaryFolder()
        let fifo = folder.path("fifo")
        mkfifo(fifo, 0o600)
        for _ in 0..<3 {
            let recorder = CommandRecorder()
            async let ended = shell.run("echo ready; read -r word <'\(fifo)'", recorder)
            await recorder.waitForLog("\nready\n")
            await clock.waitForSleepers(2)
            clock.advance(by: .seconds(12))
            try FileHandle(forWritingTo: URL(filePath: fifo)).write(contentsOf: Data("word\n".utf8))
            #expect(try await ended.result != nil)
        }
        let recorder = CommandRecorder()
        async let ended = shell.run("echo ready; sleep 1000", recorder)
        await recorder.waitForLog("\nready\n")
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(16))
        #expect(try await ended.result?.end == .silenceLimit(.seconds(15)))
        #expect(shell.bench.alive.isEmpty && shell.bench.runner.kept.waiting == nil)
    }

    @Test("ends with an order that is cancelled, and the next log has nothing of it")
    func cancelled() async throws {
        let shell = OpenShell()
        let first = try await shell.process()
        let recorder = CommandRecorder()
        let work = Task { try await shell.run("echo ready; trap '' TERM; sleep 1000; echo late", recorder) }
        await recorder.waitForLog("\nready\n")
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(shell.bench.alive.isEmpty)
        let (log, _) = try await shell.run("echo process $$")
        #expect(!log.contains(first) && !log.contains("ready") && !log.contains("late") && !log.contains("flamenco-"))
        await shell.bench.runner.kept.close()
    }

    @Test("is closed when its time is over")
    func time() async throws {
        let clock = ManualClock()
        let shell = OpenShell(clock: clock)
        _ = try await shell.run("true")
        #expect(shell.bench.runner.kept.waiting != nil)
        await clock.waitForSleepers()
        #expect(clock.pendingSleeps == [.seconds(30)])
        clock.advance(by: .seconds(30))
        try await until { shell.bench.runner.kept.waiting == nil }
        // Waits for what was begun.
        await shell.bench.runner.kept.close()
        #expect(shell.bench.alive.isEmpty)
    }

    @Test(
        "is closed at once when it has grown, or an order has left a process",
        arguments: [
            ("memory=1001", "sh is closed: it has 1001 bytes of memory"),
            ("sleep 1000 >/dev/null &", "sh is closed: a script has left a process"),
        ])
    func closed(line: String, words: String) async throws {
        let shell = OpenShell()
        let (log, result) = try await shell.run(line)
        #expect(result?.end == .exited(status: 0))
        #expect(log.contains(words), "\(log)")
        #expect(shell.bench.alive.isEmpty && shell.bench.runner.kept.waiting == nil)
    }

    @Test("has room for all that orders say, whether it reads at once or not")
    func longOrders() async throws {
        let shell = OpenShell()
        let text = String(repeating: "a", count: 100_000)
        for _ in 0..<3 {
            let (log, _) = try await shell.run("sleep 0.1; echo \(text) | wc -c")
            #expect(log.contains("\n100001\n"))
        }
        await shell.bench.runner.kept.close()
    }

    @Test("is not there any more when the agent is killed")
    func agentKilled() async throws {
        let lifeline = try Lifeline()
        let mark = UUID().uuidString
        let agent = try RunningProgram(
            BuiltProducts.path("stand-in-agent"),
            ["open", BuiltProducts.path("task-supervisor"), "exec 9>'\(lifeline.path)'"],
            environment: ["TEST_MARK": mark])
        #expect(await agent.line { $0 == "waiting" } != nil)
        #expect(!processes(marked: "TEST_MARK=\(mark)").isEmpty)
        agent.send(SIGKILL)
        try await lifeline.end()
        #expect(processes(marked: "TEST_MARK=\(mark)").isEmpty)
    }

    @Test("costs the agent nothing that stays, after 200 orders", .timeLimit(.minutes(2)))
    func many() async throws {
        let agent = try RunningProgram(
            BuiltProducts.path("stand-in-agent"), ["repeat-open", BuiltProducts.path("task-supervisor"), "200"],
            environment: ["MALLOC_ARENA_MAX": "1"])
        #expect(await agent.exit() == .status(0))
        _ = await agent.line { $0.hasPrefix("zombies") }
        let lines = agent.output.split(separator: "\n")
        #expect(lines.first == "descriptors 0", "\(agent.output)")
        #expect(lines.last == "zombies 0")
        let memory = try #require(lines.first { $0.hasPrefix("memory ") }.flatMap { Int($0.dropFirst(7)) })
        #expect(memory < 500, "KiB more than after the first 40")
    }
}
