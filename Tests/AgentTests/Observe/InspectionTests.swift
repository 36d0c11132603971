import ExecutorKit
import FarmSupport
import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@testable import Agent

@Suite("The status of a worker", .timeLimit(.minutes(1)))
struct InspectionTests {
    @Test("has the running task with its program and what its processes use, then how it ended")
    func runningTask() async throws {
        let farm = try LiveFarm()
        let worker = try await farm.agent("node7")
        let running = Task { await worker.run() }
        let gate = farm.folder.path("gate")
        // A child that has ended, one that runs, and the program itself.
        let script = """
            sh -c 'i=0; while test $i -lt 200000; do i=$((i + 1)); done'
            (until test -e \(gate); do sleep 0.01; done) &
            wait
            """
        let job = try await farm.submit([["true"], ["sh", "-c", script]])
        try await until { worker.inspection.status().task.map { $0.cpuSeconds > 0 && $0.processes >= 2 } ?? false }
        let status = worker.inspection.status()
        let task = try #require(status.task)
        #expect(task.id == (try await farm.task(of: job).id))
        #expect(task.jobId == job)
        #expect(task.jobType == "command-line" && task.taskType == "misc")
        #expect(task.command == .init(name: "exec", number: 2, count: 2))
        #expect(task.programs.map(\.name) == ["sh"])
        let pid = try #require(task.programs.first?.pid)
        #expect(kill(pid, 0) == 0)
        #expect(task.residentBytes > 100_000)
        #expect(task.stepsTotal == nil)
        #expect(status.state == .awake && status.isSignedOn && status.idleReason == nil)
        #expect(status.worker.id == (try await farm.workers().first?.id))
        #expect(status.worker.name == "node7" && status.worker.taskTypes.contains("blender"))
        #expect(status.manager.name == "manager-lite" && status.manager.api == "2022")

        try farm.folder.write("gate", "")
        let bad = try await farm.submit([["false"]])
        try await until { try await farm.status(of: bad) == .failed }
        try await until {
            let status = worker.inspection.status()
            return status.task == nil && status.tasks.failed == 1
        }
        let after = worker.inspection.status()
        #expect(after.task == nil)
        #expect(after.queue.deliveredUpdates > 2 && after.queue.deliveredBytes > 0)
        worker.tell(.terminate)
        _ = await running.value
        #expect(worker.inspection.status().state == .stopping)
        #expect(worker.inspection.status().queue.tasks == 0)
    }

    @Test("counts a task that goes back to the manager as interrupted")
    func interrupted() async throws {
        let farm = try LiveFarm()
        let worker = try await farm.agent()
        let running = Task { await worker.run() }
        _ = try await farm.submit([["sleep", "1000"]])
        try await until { worker.inspection.status().task != nil }
        let id = try #require(try await farm.workers().last?.id)
        try await farm.client.send(
            .requestWorkerStatusChange, id, body: WorkerStatusChangeRequest(status: .asleep))
        try await until { worker.inspection.status().state == .asleep }
        let status = worker.inspection.status()
        #expect(status.tasks == .init(interrupted: 1))
        #expect(status.idleReason == "the manager requested the state \"asleep\"")
        worker.tell(.terminate)
        _ = await running.value
    }

    @Test("counts a task that the manager took as lost, whichever way it says so", arguments: APIDialect.allCases)
    func lost(dialect: APIDialect) async throws {
        let farm = try LiveFarm()
        // Whoever speaks the API of 2022 hears of it by the answer to an update, unless it asks for its state before that.
        let worker = try await farm.agent(
            options: ["api": dialect.rawValue, "running_poll_interval": dialect == .v2022 ? "60s" : "100ms"])
        let running = Task { await worker.run() }
        let long = try await farm.submit([["sh", "-c", "while :; do echo text; sleep 0.1; done"]])
        try await until { try farm.hasBegun(long) }
        try await farm.client.send(.setJobStatus, long, body: JobStatusChange(status: .cancelRequested))
        try await until { worker.inspection.status().tasks == .init(lost: 1) }
        #expect(worker.inspection.status().task == nil)
        worker.tell(.terminate)
        _ = await running.value
    }

    @Test("says that the spool cannot store logs, and no more when it can")
    func noRoom() async throws {
        let farm = try LiveFarm()
        let worker = try await farm.agent(clock: SteppedClock())
        let running = Task { await worker.run() }
        try await until { worker.inspection.status().state == .awake }
        let spool = farm.folder.path("agent/spool")
        let aside = farm.folder.path("aside")
        try FileManager.default.moveItem(atPath: spool, toPath: aside)
        try farm.folder.write("agent/spool", "in its place")
        var reason: String?
        try await until {
            reason = worker.inspection.status().idleReason
            return reason != nil
        }
        #expect(reason?.contains("spool") == true, "\(reason ?? "")")
        // The agent may be faster, and make a folder of its own there.
        try await until {
            try? FileManager.default.removeItem(atPath: spool)
            return rename(aside, spool) == 0
        }
        try await until { worker.inspection.status().idleReason == nil }
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }
}

/// A clock on which nobody sleeps longer than some milliseconds.
private struct SteppedClock: Clock {
    typealias Instant = ContinuousClock.Instant

    var now: Instant { ContinuousClock().now }
    var minimumResolution: Duration { ContinuousClock().minimumResolution }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try await ContinuousClock().sleep(until: min(deadline, now + .milliseconds(5)))
    }
}
