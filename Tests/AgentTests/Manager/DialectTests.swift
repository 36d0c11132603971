import Agent
import Farm
import FarmSupport
import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("An agent that finds out which API its manager speaks", .timeLimit(.minutes(1)))
struct DialectTests {
    @Test("works with a manager of either kind, unconfigured", arguments: APIDialect.allCases)
    func either(dialect: APIDialect) async throws {
        let farm = try LiveFarm()
        let job = try await farm.submit([["echo", "one"], ["echo", "two"]])
        farm.speak([dialect])
        let worker = try await farm.agent(options: ["api": "auto"])
        let running = Task { await worker.run() }
        try await until { try farm.farm.fetchJob(job).status == .completed }
        worker.tell(.terminate)
        #expect(await running.value == .stop)
        #expect(farm.farm.fetchWorkers().workers.map(\.name) == ["agent"])
        #expect(farm.farm.fetchWorkers().workers.map(\.status) == [.offline])
    }

    @Test("keeps its identity when the manager is upgraded under its running task, and delivers what it has")
    func upgrade() async throws {
        let farm = try LiveFarm()
        farm.speak([.v2022])
        let gate = farm.folder.path("gate")
        let script = "echo before; until test -e \(gate); do sleep 0.01; done; echo after"
        let job = try await farm.submit([["sh", "-c", script]])
        let worker = try await farm.agent(options: ["api": "auto"])
        let running = Task { await worker.run() }
        try await until { try farm.farm.fetchJob(job).status == .active }
        farm.speak([.v3])
        try farm.folder.write("gate", "")
        try await until { try farm.farm.fetchJob(job).status == .completed }
        worker.tell(.terminate)
        _ = await running.value
        let task = try #require(try farm.farm.fetchTasks(ofJob: job).tasks.first)
        let log = try farm.farm.fetchLog(ofTask: task.id).log.text
        #expect(log.split(separator: "\n").filter { $0 == "before" || $0 == "after" } == ["before", "after"])
        #expect(farm.farm.fetchWorkers().workers.count == 1)
    }

    @Test("stops a task that may not go on, says why, and takes the next one")
    func canceled() async throws {
        let farm = try LiveFarm()
        let job = try await farm.submit([["sh", "-c", "echo begun; exec sleep 1000"]])
        let worker = try await farm.agent(options: ["api": "v3"])
        let running = Task { await worker.run() }
        try await until { try farm.hasBegun(job) }
        try await farm.client.send(
            .setJobStatus, job, body: JobStatusChange(status: .cancelRequested, reason: "enough"))
        let next = try await farm.submit([["true"]])
        try await until { try farm.farm.fetchJob(next).status == .completed }
        worker.tell(.terminate)
        #expect(await running.value == .stop)
        #expect(try farm.farm.fetchJob(job).status == .canceled)
    }

    @Test("a change that can wait lets the task end; one that cannot stops it, and a restart is told apart from an end")
    func stateChanges() async throws {
        let farm = try LiveFarm()
        let gate = farm.folder.path("gate")
        let job = try await farm.submit([["sh", "-c", "until test -e \(gate); do sleep 0.01; done"]])
        let worker = try await farm.agent(options: ["api": "v3", "restart_exit_code": "47"])
        let running = Task { await worker.run() }
        try await until { try farm.farm.fetchJob(job).status == .active }
        let id = try #require(farm.farm.fetchWorkers().workers.first?.id)
        let asleep = WorkerStatusChangeRequest(status: .asleep, isLazy: true)
        try await farm.client.send(.requestWorkerStatusChange, id, body: asleep)
        try farm.folder.write("gate", "")
        try await until { farm.farm.fetchWorkers().workers.first?.status == .asleep }
        #expect(try farm.farm.fetchJob(job).status == .completed)

        // 2022 has no word for it.
        var client = farm.client
        client.dialect = .v3
        try await client.send(.requestWorkerStatusChange, id, body: WorkerStatusChangeRequest(status: .restart))
        #expect(await running.value == .restart)
        #expect(farm.farm.fetchWorkers().workers.first?.status == .offline)
        #expect(farm.farm.fetchWorkers().workers.first?.statusChange == nil)
    }
}
