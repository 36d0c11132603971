import FarmSupport
import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@testable import Agent

@Suite("A worker whose node is paused", .timeLimit(.minutes(1)))
struct PauseTests {
    private let farm: LiveFarm

    init() throws { farm = try LiveFarm() }

    private func request(_ status: WorkerStatus) async throws {
        let worker = try #require(try await farm.workers().last)
        try await farm.client.send(
            .requestWorkerStatusChange, worker.id, body: WorkerStatusChangeRequest(status: status))
    }

    private func isAt(_ status: WorkerStatus) async throws -> Bool {
        try await farm.workers().map(\.status) == [status]
    }

    private func pause(
        _ worker: Worker, for time: Duration? = nil, afterTask: Bool = false
    ) -> NodeAnswer {
        worker.availability.perform(
            NodeCommand(.pause, by: "alice", for: time, afterTask: afterTask),
            hasTask: worker.inspection.status().task != nil)
    }

    private func resume(_ worker: Worker) {
        _ = worker.availability.perform(NodeCommand(.resume, by: "alice"), hasTask: false)
    }

    /// A worker that the manager sees awake.
    private func awakeWorker(_ dialect: APIDialect = .v2022) async throws -> (Worker, Task<WorkerExit, Never>) {
        let worker = try await farm.agent(options: ["api": dialect.rawValue])
        let running = Task { await worker.run() }
        try await until { try await isAt(.awake) }
        return (worker, running)
    }

    private func end(_ worker: Worker, _ running: Task<WorkerExit, Never>) async {
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }

    /// A job whose first run waits until it is stopped, and whose second one ends.
    private func stubbornJob() async throws -> String {
        let gate = farm.folder.path("gate")
        let job = try await farm.submit([["sh", "-c", "test -e \(gate) || { touch \(gate); sleep 1000; }"]])
        try await until { FileManager.default.fileExists(atPath: gate) }
        return job
    }

    @Test("gives its task back, sleeps, and goes on when it is resumed", arguments: APIDialect.allCases)
    func stops(dialect: APIDialect) async throws {
        let worker = try await farm.agent(options: ["api": dialect.rawValue])
        let running = Task { await worker.run() }
        let job = try await stubbornJob()
        try await until { worker.inspection.status().task != nil }
        #expect(pause(worker).message == "paused by alice; the running task is stopped and returned to the manager")
        try await until { try await isAt(.asleep) }
        #expect(try await farm.task(of: job).status == .queued)
        let log = try await farm.client.text(.fetchTaskLog, farm.task(of: job).id)
        #expect(log.contains("interrupted: paused by alice"), "\(log)")
        let status = worker.inspection.status()
        #expect(status.state == .asleep && status.idleReason == "paused by alice")
        #expect(status.sleepReasons?.map(\.cause) == [.pause])
        #expect(status.tasks == .init(interrupted: 1))
        #expect(status.sentence == "asleep: paused by alice")
        resume(worker)
        try await until { try await farm.status(of: job) == .completed }
        #expect(worker.inspection.status().sleepReasons == nil)
        await end(worker, running)
    }

    @Test("finishes its task first when it may, and takes no other", arguments: APIDialect.allCases)
    func afterTask(dialect: APIDialect) async throws {
        let worker = try await farm.agent(options: ["api": dialect.rawValue])
        let running = Task { await worker.run() }
        let gate = farm.folder.path("gate")
        let job = try await farm.submit([["sh", "-c", "until test -e \(gate); do sleep 0.01; done"]])
        let next = try await farm.submit([["true"]])
        try await until { try farm.hasBegun(job) }
        try await until { worker.inspection.status().task != nil }
        #expect(pause(worker, afterTask: true).message == "paused by alice; the running task finishes first")
        let status = worker.inspection.status()
        #expect(status.state == .awake && status.sentence.hasSuffix("; then asleep: paused by alice"), "\(status)")
        #expect(status.idleReason == nil)
        try farm.folder.write("gate", "")
        try await until { try await isAt(.asleep) }
        #expect(try await farm.status(of: job) == .completed)
        #expect(try await farm.status(of: next) == .queued)
        resume(worker)
        try await until { try await farm.status(of: next) == .completed }
        await end(worker, running)
    }

    @Test("goes on with the next task when it is resumed while the one before finishes")
    func resumedInTime() async throws {
        let worker = try await farm.agent()
        let running = Task { await worker.run() }
        let gate = farm.folder.path("gate")
        let job = try await farm.submit([["sh", "-c", "until test -e \(gate); do sleep 0.01; done"]])
        let next = try await farm.submit([["true"]])
        try await until { try farm.hasBegun(job) }
        _ = pause(worker, afterTask: true)
        resume(worker)
        try farm.folder.write("gate", "")
        try await until { try await farm.status(of: next) == .completed }
        #expect(try await farm.status(of: job) == .completed)
        await end(worker, running)
    }

    @Test("stays paused over a restart, and wakes when it is resumed")
    func restart() async throws {
        let (first, firstRun) = try await awakeWorker()
        _ = pause(first)
        try await until { try await isAt(.asleep) }
        await end(first, firstRun)
        #expect(try await isAt(.offline))
        let second = try await farm.agent()
        let running = Task { await second.run() }
        try await until { try await isAt(.asleep) }
        #expect(second.inspection.status().idleReason == "paused by alice")
        resume(second)
        try await until { try await isAt(.awake) }
        await end(second, running)
    }

    // MARK: The manager

    @Test("is not woken by \"resume\" while the manager wants it asleep", arguments: APIDialect.allCases)
    func managerSleeps(dialect: APIDialect) async throws {
        let (worker, running) = try await awakeWorker(dialect)
        try await request(.asleep)
        try await until { try await isAt(.asleep) }
        _ = pause(worker)
        try await until { worker.inspection.status().sleepReasons?.map(\.cause) == [.pause, .manager] }
        resume(worker)
        try await until { worker.inspection.status().sleepReasons?.map(\.cause) == [.manager] }
        #expect(worker.inspection.status().idleReason == "the manager requested the state \"asleep\"")
        // It has heard of both by now, and goes on asking.
        try await polls(worker)
        #expect(try await isAt(.asleep))
        try await request(.awake)
        try await until { try await isAt(.awake) }
        await end(worker, running)
    }

    @Test("is not woken by the manager, and wakes when it is resumed", arguments: APIDialect.allCases)
    func managerWakes(dialect: APIDialect) async throws {
        let (worker, running) = try await awakeWorker(dialect)
        _ = pause(worker)
        try await until { try await isAt(.asleep) }
        try await request(.awake)
        try await polls(worker)
        #expect(try await isAt(.asleep))
        // Whoever takes that back wants it asleep.
        try await request(.asleep)
        try await until { worker.inspection.status().sleepReasons?.map(\.cause) == [.pause, .manager] }
        try await request(.awake)
        try await until { worker.inspection.status().sleepReasons?.map(\.cause) == [.pause] }
        resume(worker)
        try await until { try await isAt(.awake) }
        await end(worker, running)
    }

    /// Waits until the manager was asked for the state some times more.
    private func polls(_ worker: Worker) async throws {
        func count() -> Int {
            worker.inspection.board.counts.requests.filter { $0.key.operation == "workerState" }.map(\.value).reduce(
                0, +)
        }
        let before = count()
        try await until { count() >= before + 3 }
    }

    // MARK: Times and people

    /// A clock on the wall that goes with a manual one, from a Friday at noon.
    private func wallClock(of clock: ManualClock) -> WallClock {
        let start = clock.now
        return WallClock(
            now: { Date(timeIntervalSince1970: 1_795_780_800) + start.duration(to: clock.now) / .seconds(1) },
            offset: { _ in 0 })
    }

    @Test("wakes by itself when its time is over")
    func endsByItself() async throws {
        let clock = ManualClock()
        let worker = try await farm.agent(clock: clock, wallClock: wallClock(of: clock))
        let running = Task { await worker.run() }
        func turning(by step: Duration, _ condition: () async throws -> Bool) async throws {
            try await until {
                clock.advance(by: step)
                return try await condition()
            }
        }
        try await turning(by: .seconds(1)) { try await isAt(.awake) }
        #expect(pause(worker, for: .seconds(100_000)).message.hasPrefix("paused by alice until 2026-11-28 "))
        try await turning(by: .seconds(1)) { try await isAt(.asleep) }
        #expect(worker.inspection.status().sleepReasons?.first?.until != nil)
        try await turning(by: .seconds(500)) { try await isAt(.awake) }
        await end(worker, running)
    }

    @Test(
        "works within its hours, and outside of them does with its task what the settings say",
        arguments: BusyRule.allCases)
    func hours(rule: BusyRule) async throws {
        let clock = ManualClock()
        let worker = try await farm.agent(
            options: ["work_hours": "fr 11:00-13:00", "when_busy": rule.rawValue], clock: clock,
            wallClock: wallClock(of: clock))
        let running = Task { await worker.run() }
        let gate = farm.folder.path("gate")
        let job = try await farm.submit([
            ["sh", "-c", "touch \(gate).started; until test -e \(gate); do sleep 0.01; done"]
        ])
        try await until {
            clock.advance(by: .seconds(1))
            return FileManager.default.fileExists(atPath: gate + ".started")
        }
        try await until {
            clock.advance(by: .seconds(20))
            return worker.inspection.status().sleepReasons?.map(\.cause) == [.workHours]
        }
        if rule == .finish {
            #expect(try await isAt(.awake))
            try farm.folder.write("gate", "")
        }
        try await until {
            clock.advance(by: .seconds(1))
            return try await isAt(.asleep)
        }
        #expect(try await farm.task(of: job).status == (rule == .finish ? .completed : .queued))
        await end(worker, running)
    }

    @Test("sleeps while somebody uses the machine, and wakes when nobody does")
    func inUse() async throws {
        let clock = ManualClock()
        let hint = farm.folder.path("hint")
        try farm.folder.write("bin/loginctl", "#!/bin/sh\ncat \(hint)\n", executable: true)
        try farm.folder.write("hint", "IdleHint=no\n")
        let worker = try await farm.agent(
            options: ["only_when_idle": "1s", "when_busy": "stop"],
            variables: ["PATH": farm.folder.path("bin") + ":/usr/bin:/bin"], clock: clock)
        let running = Task { await worker.run() }
        func turning(_ condition: () async throws -> Bool) async throws {
            try await until {
                clock.advance(by: .seconds(1))
                return try await condition()
            }
        }
        try await turning { try await isAt(.asleep) }
        try await turning { worker.inspection.status().idleReason == "this machine is in use" }
        try farm.folder.write("hint", "IdleHint=yes\nIdleSinceHintMonotonic=0\n")
        try await turning { try await isAt(.awake) }
        try farm.folder.write("hint", "IdleHint=no\n")
        try await turning { try await isAt(.asleep) }
        await end(worker, running)
    }
}
