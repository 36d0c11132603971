import Agent
import ExecutorKit
import FlamencoAPI
import Foundation
import ManagerClient
import Spool
import TestSupport

/// How fast output goes from a program to the spool, and on to manager-lite; with one that hangs, too.
struct DeliveryBenchmark {
    private static let waitInterval = Duration.milliseconds(2)

    let kind: PrintingProgram.Kind
    let bytes: Int

    private var name: String { "\(bytes >> 20) MiB, \(kind.words)" }

    /// The commands of the program that prints, which tells of itself in `report`.
    private func command(report: String) -> [String] {
        [Self.ownPath, "print", kind.rawValue, "\(bytes)", report]
    }

    private static var ownPath: String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
    }

    // MARK: Pump and spool

    func alone(_ runner: ProgramRunner) async throws -> Duration {
        let folder = try TemporaryFolder()
        let store = try await SpoolStore.open(at: folder.path("spool"), limits: SpoolLimits(taskLog: 4 << 30))
        let spool = try await store.begin(SpooledTask(id: "task", name: "task", jobID: "job", jobName: "job"))
        let report = folder.path("report")
        let words = command(report: report)
        let memory = PeakMemory(of: getpid())
        let result = try await runner.run(Program(words[0], Array(words.dropFirst())), sink: spool.sink)
        let peak = memory.words
        guard let printing = PrintingProgram.Result(writtenTo: report) else { throw Failure("nothing was printed") }
        printRow("\(name): spool alone", row(result.wallTime, requests: nil, peak, printing))
        return result.wallTime
    }

    // MARK: With a manager

    @discardableResult
    func delivered(hanging: Bool) async throws -> (time: Duration, peak: String) {
        let folder = try TemporaryFolder()
        let manager = try RunningProgram(BuiltProducts.path("manager-lite"), ["serve", "--listen", "127.0.0.1:0"])
        guard let url = await manager.line(with: "http://")?.split(separator: " ").last else {
            throw Failure("manager-lite did not start: \(manager.output)")
        }
        let client = ManagerClient(url: try ManagerURL(String(url)), software: "benchmarks")
        let agent = try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            [
                "run", "--manager-url", "\(url)", "--state-dir", folder.path("state"), "--task-log-limit", "4GiB",
                "--spool-limit", "8GiB", "--task-poll-interval", "100ms",
            ])
        guard await agent.line(with: "the worker is awake") != nil else {
            throw Failure("the agent did not start: \(agent.output)")
        }
        let memory = PeakMemory(of: agent.pid)
        let report = folder.path("report")
        let settings: JobSettings = ["commands": [.array(command(report: report).map { .string($0) })]]
        let job = try await client.submit(SubmittedJob(name: "print", type: "command-line", settings: settings))
        if hanging {
            try await until(every: Self.waitInterval) { FileManager.default.fileExists(atPath: report + ".started") }
            manager.send(SIGSTOP)
        }
        try await until(every: Self.waitInterval) { PrintingProgram.Result(writtenTo: report) != nil }
        guard let printing = PrintingProgram.Result(writtenTo: report) else { throw Failure("nothing was printed") }
        let peakWhilePrinting = memory.words
        if hanging { manager.send(SIGCONT) }
        try await until(every: Self.waitInterval) { try await client.job(job.id).status == .completed }
        let time = Duration.nanoseconds(Int64(PrintingProgram.now() - printing.start))
        let peak = memory.words
        agent.send(SIGTERM)
        _ = await agent.exit()
        manager.send(SIGTERM)
        let tally = await manager.end().output
        let requests = tally.split(separator: "\n").first { $0.hasSuffix(" taskUpdate") }
            .flatMap { Int($0.split(separator: " ")[0]) }
        if hanging {
            printRow("\(name): manager hangs", row(printing.duration, requests: nil, peakWhilePrinting, printing))
        } else {
            printRow("\(name): delivered", row(time, requests: requests, peak, printing))
        }
        return (time, peak)
    }

    // MARK: All of it

    /// The rows of the table: speeds beside those of the same copies.
    func run(_ runner: ProgramRunner) async throws -> [SummaryRow] {
        let copies = OutputCopies(program: Self.ownPath, kind: kind, bytes: bytes)
        let (saving, sending) = (try copies.save(), try copies.saveAndSend())
        printRow("\(name): the same copies alone", "saved \(speed(saving)), synchronised and sent \(speed(sending))")
        let alone = try await alone(runner)
        let delivered = try await delivered(hanging: false)
        try await self.delivered(hanging: true)
        func row(_ what: String, _ time: Duration, _ copies: Duration, _ work: String) -> SummaryRow {
            SummaryRow(what, speed(time), alone: "\(speed(copies)): \(work)", ratio: time / copies)
        }
        let size = "\(bytes >> 30) GiB of \(kind.words)"
        let sent = "the same, sent to manager-lite (\(delivered.peak) of memory)"
        return [
            row("\(size), saved by the agent", alone, saving, "from its pipe to a file"),
            row(sent, delivered.time, sending, "to a file on the disk, and to a connection"),
        ]
    }

    private func speed(_ time: Duration) -> String { "\(Int(Double(bytes) / 1e6 / (time / .seconds(1)))) MB/s" }

    private func row(
        _ time: Duration, requests: Int?, _ memory: String, _ printing: PrintingProgram.Result
    ) -> String {
        let blocked = Int((printing.blocked / .milliseconds(1)).rounded())
        let whole = Int((printing.duration / .milliseconds(1)).rounded())
        return [speed(time), requests.map { "\($0) requests" } ?? "", memory, "blocked \(blocked) of \(whole) ms"]
            .map { $0 + String(repeating: " ", count: max(0, 16 - $0.count)) }.joined()
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
