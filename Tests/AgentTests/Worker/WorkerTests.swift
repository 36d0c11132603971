import Agent
import FarmSupport
import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("A worker at work", .timeLimit(.minutes(1)))
struct WorkerTests {
    private func request(_ status: WorkerStatus, of farm: LiveFarm) async throws {
        let worker = try #require(try await farm.workers().last)
        try await farm.client.send(
            .requestWorkerStatusChange, worker.id, body: WorkerStatusChangeRequest(status: status))
    }

    @Test("runs what there is, tells how it went, and signs off when it is told to stop")
    func works() async throws {
        let farm = try LiveFarm()
        let worker = try await farm.agent()
        let running = Task { await worker.run() }
        let good = try await farm.submit([["echo", "first"], ["echo", "second"]])
        let bad = try await farm.submit([["sh", "-c", "echo before; exit 3"], ["echo", "never"]])
        try await until { try await farm.status(of: good) == .completed }
        try await until { try await farm.status(of: bad) == .failed }
        let log = try await farm.client.text(.fetchTaskLog, farm.task(of: good).id)
        #expect(log.contains("\nfirst\n") && log.contains("\nsecond\n"))
        let failed = try await farm.client.text(.fetchTaskLog, farm.task(of: bad).id)
        #expect(failed.contains("\nbefore\n"))
        #expect(failed.hasSuffix("command 1 of 2, exec: sh failed: exit status 3: before\n"), "\(failed)")
        #expect(!failed.contains("never"))
        worker.tell(.terminate)
        #expect(await running.value == .stop)
        #expect(try await farm.workers().map(\.status) == [.offline])
    }

    @Test("stops the task of a job that is cancelled, and goes on with the next")
    func cancelled() async throws {
        let farm = try LiveFarm()
        let worker = try await farm.agent()
        let running = Task { await worker.run() }
        let long = try await farm.submit([["sleep", "1000"]])
        try await until { try farm.hasBegun(long) }
        try await farm.client.send(.setJobStatus, long, body: JobStatusChange(status: .cancelRequested))
        let next = try await farm.submit([["true"]])
        try await until { try await farm.status(of: next) == .completed }
        #expect(try await farm.status(of: long) == .canceled)
        worker.tell(.terminate)
        _ = await running.value
    }

    @Test("goes to sleep when it is asked to, gives its task back, and does it when it is woken")
    func asleepAndAwake() async throws {
        let farm = try LiveFarm()
        let gate = farm.folder.path("gate")
        let worker = try await farm.agent()
        let running = Task { await worker.run() }
        // The first run of the task waits for ever, the second one ends.
        let job = try await farm.submit([["sh", "-c", "test -e \(gate) || { touch \(gate); sleep 1000; }"]])
        try await until { FileManager.default.fileExists(atPath: gate) }
        try await request(.asleep, of: farm)
        try await until { try await farm.workers().map(\.status) == [.asleep] }
        #expect(try await farm.task(of: job).status == .queued)
        try await request(.awake, of: farm)
        try await until { try await farm.status(of: job) == .completed }
        worker.tell(.terminate)
        _ = await running.value
    }

    @Test("ends when the manager sends it home")
    func shutdown() async throws {
        let farm = try LiveFarm()
        let worker = try await farm.agent()
        let running = Task { await worker.run() }
        try await until { try await farm.workers().map(\.status) == [.awake] }
        try await request(.shutdown, of: farm)
        #expect(await running.value == .stop)
        #expect(try await farm.workers().map(\.status) == [.offline])
    }

    @Test("finishes its task before it ends when it drains")
    func drains() async throws {
        let farm = try LiveFarm()
        let gate = farm.folder.path("gate")
        let worker = try await farm.agent(options: ["on_term": "drain"])
        let running = Task { await worker.run() }
        let job = try await farm.submit([
            ["sh", "-c", "touch \(gate).started; until test -e \(gate); do sleep 0.01; done"]
        ])
        let other = try await farm.submit([["true"]])
        try await until { FileManager.default.fileExists(atPath: gate + ".started") }
        worker.tell(.terminate)
        try farm.folder.write("gate", "")
        #expect(await running.value == .stop)
        #expect(try await farm.status(of: job) == .completed)
        #expect(try await farm.status(of: other) == .queued)
    }

    @Test("skips the grace when it is told to stop twice")
    func termTwice() async throws {
        let farm = try LiveFarm()
        let started = farm.folder.path("started")
        let worker = try await farm.agent(options: ["grace_period": "1000s"])
        let running = Task { await worker.run() }
        let job = try await farm.submit([["sh", "-c", "trap '' TERM; touch \(started); while :; do sleep 1000; done"]])
        try await until { FileManager.default.fileExists(atPath: started) }
        worker.tell(.terminate)
        worker.tell(.terminate)
        #expect(await running.value == .stop)
        #expect(try await farm.task(of: job).status == .queued)
    }

    @Test("becomes a worker of a manager that has forgotten everything")
    func forgotten() async throws {
        let farm = try LiveFarm()
        let clock = ManualClock()
        let worker = try await farm.agent(clock: clock)
        let running = Task { await worker.run() }
        func turning(_ condition: () async throws -> Bool) async throws {
            try await until {
                clock.advance(by: .seconds(1))
                return try await condition()
            }
        }
        try await turning { try await farm.workers().map(\.status) == [.awake] }
        farm.forgetEverything()
        let job = try await farm.submit([["echo", "again"]])
        try await turning { try await farm.status(of: job) == .completed }
        #expect(try await farm.workers().map(\.status) == [.awake])
        let kept = try FileManager.default.contentsOfDirectory(atPath: farm.folder.path("agent"))
        #expect(kept.count { $0.hasPrefix("credentials.json.rejected-") } == 1)
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }

    @Test(
        "fails a task with a sentence when its command makes no sense",
        arguments: [
            (
                ["/nowhere/blender"],
                "command 1 of 1, exec: could not start /nowhere/blender: no such file or directory\n"
            ),
            (["nosuchprogram"], "command 1 of 1, exec: cannot find \"nosuchprogram\": searched "),
        ])
    func badCommand(arguments: [String], reason: String) async throws {
        let farm = try LiveFarm()
        let worker = try await farm.agent()
        let running = Task { await worker.run() }
        let job = try await farm.submit([arguments])
        try await until { try await farm.status(of: job) == .failed }
        let log = try await farm.client.text(.fetchTaskLog, farm.task(of: job).id)
        #expect(log.contains(reason), "\(log)")
        worker.tell(.terminate)
        _ = await running.value
    }

    @Test("fails a task that it cannot read, and goes on with the next")
    func unreadable() async throws {
        let farm = try LiveFarm()
        let worker = try await farm.agent()
        let running = Task { await worker.run() }
        // As deep as a text may be, it stands one deeper in the task.
        let deep = String(repeating: "[", count: 61) + String(repeating: "]", count: 61)
        let job: Job = try await farm.client.send(
            .submitJob,
            body: SubmittedJob(
                name: "n", type: "commands",
                settings: ["commands": .string(#"[{"name":"echo","parameters":{"message":\#(deep)}}]"#)]),
            expecting: Job.self)
        try await until { try await farm.status(of: job.id) == .failed }
        let log = try await farm.client.text(.fetchTaskLog, farm.task(of: job.id).id)
        #expect(log.contains("invalid task: not valid JSON: line 1, column "), "\(log)")
        #expect(log.hasSuffix("nested more than 64 levels deep\n"), "\(log)")
        let next = try await farm.submit([["true"]])
        try await until { try await farm.status(of: next) == .completed }
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }
}
