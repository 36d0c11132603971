import Agent
import Farm
import FarmSupport
import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("An agent that cannot or will not take every task", .timeLimit(.minutes(1)))
struct ReadinessTests {
    @Test("takes no task while a required path is missing, says why, follows its manager, and goes on when it is there")
    func requiredPath() async throws {
        let farm = try LiveFarm()
        let clock = ManualClock()
        let path = farm.folder.path("storage")
        let worker = try await farm.agent(options: ["required_paths": path + ":rw", "api": "v3"], clock: clock)
        let job = try await farm.submit([["true"]])
        let running = Task { await worker.run() }
        func turning(_ condition: () async throws -> Bool) async throws {
            try await until {
                clock.advance(by: .seconds(1))
                return try await condition()
            }
        }
        try await turning { farm.farm.fetchWorkers().workers.first?.status == .awake }
        let id = try #require(farm.farm.fetchWorkers().workers.first?.id)
        try await farm.client.send(.requestWorkerStatusChange, id, body: WorkerStatusChangeRequest(status: .asleep))
        try await turning { farm.farm.fetchWorkers().workers.first?.status == .asleep }
        try await farm.client.send(.requestWorkerStatusChange, id, body: WorkerStatusChangeRequest(status: .awake))
        try await turning { farm.farm.fetchWorkers().workers.first?.status == .awake }
        for _ in 0..<20 { clock.advance(by: .seconds(1)) }
        #expect(try farm.farm.fetchJob(job).status == .queued)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try await turning { try farm.farm.fetchJob(job).status == .completed }
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }

    @Test("takes no task with less room than it is to have")
    func space() async throws {
        let farm = try LiveFarm()
        let worker = try await farm.agent(options: ["min_free_space": "1000000GiB", "api": "v3"])
        let job = try await farm.submit([["true"]])
        let running = Task { await worker.run() }
        try await until { farm.farm.fetchWorkers().workers.first?.status == .awake }
        // It is heard of by its questions for its state: of those there are some, and none for a task.
        let seen = farm.farm.fetchWorkers().workers.first?.lastSeen
        try await until { farm.farm.fetchWorkers().workers.first?.lastSeen != seen }
        #expect(try farm.farm.fetchJob(job).status == .queued)
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }

    @Test("leaves after as many tasks as it was told, signed off")
    func maxTasks() async throws {
        let farm = try LiveFarm()
        let jobs = [
            try await farm.submit([["true"]]), try await farm.submit([["true"]]), try await farm.submit([["true"]]),
        ]
        let worker = try await farm.agent(options: ["max_tasks": "2"])
        #expect(await worker.run() == .stop)
        #expect(try jobs.map { try farm.farm.fetchJob($0).status } == [.completed, .completed, .queued])
        #expect(farm.farm.fetchWorkers().workers.map(\.status) == [.offline])
    }

    @Test("leaves when there was no task for as long as it was told")
    func exitAfterIdle() async throws {
        let farm = try LiveFarm()
        let clock = ManualClock()
        let worker = try await farm.agent(
            options: ["exit_after_idle": "10m", "task_poll_interval": "20s"], clock: clock)
        let start = clock.now
        let running = Task { await worker.run() }
        try await until {
            // Only waits between questions count, so the clock moves by a wait at a time. The state is read after the waits: a
            // worker that signs off, which it has three seconds of this clock for, is stopping before it waits for that.
            let wait = clock.pendingSleeps.first
            if worker.inspection.status().state == .stopping { return true }
            if let wait { clock.advance(by: wait) }
            return false
        }
        #expect(start.duration(to: clock.now) >= .seconds(600))
        #expect(await running.value == .stop)
        #expect(farm.farm.fetchWorkers().workers.map(\.status) == [.offline])
    }

    @Test("pauses after three tasks that failed within seconds, and then goes on")
    func failures() async throws {
        let farm = try LiveFarm()
        let clock = ManualClock()
        let worker = try await farm.agent(options: ["api": "v3"], clock: clock)
        for _ in 0..<3 { _ = try await farm.submit([["false"]]) }
        let next = try await farm.submit([["true"]])
        let running = Task { await worker.run() }
        var atThird: Duration?
        let start = clock.now
        try await until {
            clock.advance(by: .milliseconds(100))
            let jobs = farm.farm.fetchJobs().jobs
            if atThird == nil, jobs.count(where: { $0.status == .failed }) == 3 {
                atThird = start.duration(to: clock.now)
            }
            return jobs.contains { $0.id == next && $0.status == .completed }
        }
        let waited = try start.duration(to: clock.now) - #require(atThird)
        #expect(waited > .seconds(50), "\(waited)")
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }
}
