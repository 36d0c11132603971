import Agent
import FarmSupport
import FaultProxy
import FlamencoAPI
import Foundation
import ManagerClient
import Synchronization
import TestSupport
import Testing

@Suite("A manager that takes no updates while the worker goes elsewhere", .timeLimit(.minutes(1)))
struct LeavingFaultTests {
    /// A proxy that refuses updates until the file `gate` is there, and answers no sign-on while `no-sign-on` is.
    private func gatedProxy(of farm: LiveFarm) throws -> FaultProxy {
        let (gate, noSignOn) = (farm.folder.path("gate"), farm.folder.path("no-sign-on"))
        return try farm.proxy { asked in
            switch asked.operation {
            case .taskUpdate where !FileManager.default.fileExists(atPath: gate): .answer(503)
            case .signOn where FileManager.default.fileExists(atPath: noSignOn): .hang
            default: .pass
            }
        }
    }

    /// A job behind such a proxy that leaves a trace in a file when it runs, and an agent for it that soon gives up delivering.
    private struct HeldJob {
        let farm: LiveFarm
        let proxy: FaultProxy
        let id: String
        let runs: String

        init(_ farm: LiveFarm, _ proxy: FaultProxy) async throws {
            (self.farm, self.proxy, runs) = (farm, proxy, farm.folder.path("runs"))
            id = try await farm.submit([["sh", "-c", "echo text; echo run >> \(runs)"]])
        }

        var hasRun: Bool { FileManager.default.fileExists(atPath: runs) }

        /// The life of an agent, which is told to end when the condition holds.
        func live(
            _ name: String = "agent", more: [String: String] = [:], log: Log = .silent,
            until condition: () async throws -> Bool
        ) async throws {
            let options = farm.options(behind: proxy)
                .merging(["flush_time": "50ms", "on_term": "drain"]) { $1 }.merging(more) { $1 }
            let worker = try await farm.agent(name, options: options, log: log)
            let running = Task { await worker.run() }
            try await until(condition)
            worker.tell(.terminate)
            #expect(await running.value == .stop)
        }
    }

    @Test(
        "an outcome that waits at the end of the agent is not given away by signing off; the next run signs off after it",
        arguments: [true, false])
    func outcomeSurvivesStop(nextRunSignsOn: Bool) async throws {
        let farm = try LiveFarm()
        let proxy = try gatedProxy(of: farm)
        let job = try await HeldJob(farm, proxy)
        try await job.live { job.hasRun }
        #expect(proxy.count(.signOff) == 0)
        #expect(try await farm.task(of: job.id).status == .active)

        // What waits may be delivered before the worker has signed on.
        if !nextRunSignsOn { try farm.folder.write("no-sign-on", "") }
        try farm.folder.write("gate", "")
        // The manager knows of the outcome before the agent has its answer.
        try await job.live(more: ["flush_time": "40s"]) { try await farm.status(of: job.id) == .completed }
        #expect(try String(contentsOfFile: job.runs, encoding: .utf8) == "run\n")
        #expect(try await farm.log(of: job.id).split(separator: "\n").count { $0 == "text" } == 1)
        #expect(proxy.count(.signOff) == 1)
        #expect(try await farm.workers().map(\.status) == [.offline])
    }

    @Test("a worker that keeps nothing signs off with what waits, says what is lost, and another gets the task")
    func ephemeralLeaves() async throws {
        let farm = try LiveFarm()
        let job = try await HeldJob(farm, gatedProxy(of: farm))
        let said = Mutex<[String]>([])
        let log = Log { entry in said.withLock { $0.append(entry.message) } }
        try await job.live("one", more: ["ephemeral": "true"], log: log) { job.hasRun }
        #expect(try await farm.task(of: job.id).status == .queued)
        #expect(try await farm.workers().map(\.status) == [.offline])
        #expect(
            said.withLock(\.self).contains { $0.contains("the outcome of 1 task are lost, since this worker") },
            "\(said.withLock(\.self))")
        #expect(!FileManager.default.fileExists(atPath: farm.folder.path("one/credentials.json")))

        try farm.folder.write("gate", "")
        try await job.live("two") { try await farm.status(of: job.id) == .completed }
        #expect(try String(contentsOfFile: job.runs, encoding: .utf8) == "run\nrun\n")
    }

    @Test(
        "the log of a task that a new state stops arrives before the manager hears of the state",
        arguments: APIDialect.allCases)
    func logBeforeState(dialect: APIDialect) async throws {
        let farm = try LiveFarm()
        let proxy = try gatedProxy(of: farm)
        let worker = try await farm.agent(options: farm.options(behind: proxy, speaking: dialect))
        let running = Task { await worker.run() }
        let (started, stopped) = (farm.folder.path("started"), farm.folder.path("stopped"))
        let script = "trap 'echo bye; touch \(stopped); exit 0' TERM; touch \(started); while :; do sleep 0.01; done"
        let job = try await farm.submit([["sh", "-c", script]])
        try await until { FileManager.default.fileExists(atPath: started) }
        let id = try #require(try await farm.workers().first?.id)
        try await farm.client.send(
            .requestWorkerStatusChange, id, body: WorkerStatusChangeRequest(status: .asleep, isLazy: false))
        try await until { FileManager.default.fileExists(atPath: stopped) }
        let tries = proxy.count(.taskUpdate)
        try await until { proxy.count(.taskUpdate) > tries + 1 }
        try farm.folder.write("gate", "")
        try await until { try await farm.workers().map(\.status) == [.asleep] }
        #expect(try await farm.log(of: job).contains("\nbye\n"))
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }
}
