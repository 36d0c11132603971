import Agent
import FarmSupport
import FaultProxy
import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("A manager that says no", .timeLimit(.minutes(1)))
struct RefusalFaultTests {
    private static let operations: [(APIDialect, FlamencoAPI.Operation)] = APIDialect.allCases.flatMap { dialect in
        [dialect.pollWhileRunning, .workerStateChanged, .scheduleTask, .taskUpdate].map { (dialect, $0) }
    }

    @Test(
        "401 or 403 to anything once leads to signing on again, and costs neither the task nor the worker",
        arguments: [401, 403], operations)
    func forgotten(status: Int, place: (dialect: APIDialect, operation: FlamencoAPI.Operation)) async throws {
        let farm = try LiveFarm()
        let proxy = try farm.proxy { asked in
            let isStruck = asked.operation == place.operation && asked.repetition == 0
            return isStruck ? .answer(status, body: #"{"message": "who?"}"#) : .pass
        }
        let worker = try await farm.agent(options: farm.options(behind: proxy, speaking: place.dialect))
        let running = Task { await worker.run() }
        let gate = farm.folder.path("gate")
        let job = try await farm.submit([["sh", "-c", "echo text; until test -e \(gate); do sleep 0.01; done"]])
        try await until { proxy.count(place.dialect.pollWhileRunning) > 1 }
        try farm.folder.write("gate", "")
        try await until { try await farm.status(of: job) == .completed }
        try await until { proxy.count(.signOn) > 1 }
        #expect(try await farm.log(of: job).split(separator: "\n").count { $0 == "text" } == 1)
        #expect(try await farm.workers().count == 1)
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }

    @Test("404 and 400 to the outcome of one task do not hold up the next", arguments: [404, 400], APIName.allCases)
    func rejected(status: Int, api: APIName) async throws {
        let farm = try LiveFarm()
        let lost = try await farm.submit([["echo", "first"]])
        let lostTask = try await farm.task(of: lost).id
        let proxy = try farm.proxy { $0.line.hasSuffix(lostTask) ? .answer(status) : .pass }
        let options = farm.options(behind: proxy).merging(["api": api.rawValue]) { $1 }
        let worker = try await farm.agent(options: options)
        let running = Task { await worker.run() }
        // The manager hands out the first one for ever, until somebody cancels it.
        try await until { proxy.asked.contains { $0.line.hasSuffix(lostTask) } }
        try await farm.client.send(.setJobStatus, lost, body: JobStatusChange(status: .cancelRequested))
        let next = try await farm.submit([["echo", "second"]])
        try await until { try await farm.status(of: next) == .completed }
        #expect(try await farm.log(of: next).contains("\nsecond\n"))
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }

    @Test("409 to an update stops the task at once, and nothing more is sent about it", arguments: APIDialect.allCases)
    func notOurs(dialect: APIDialect) async throws {
        let farm = try LiveFarm()
        let long = try await farm.submit([["sh", "-c", "echo text; sleep 1000"]])
        let task = try await farm.task(of: long).id
        let stopped = farm.folder.path("stopped")
        let proxy = try farm.proxy { asked in
            guard asked.operation == .taskUpdate, asked.line.hasSuffix(task) else { return .pass }
            _ = FileManager.default.createFile(atPath: stopped, contents: nil)
            return .answer(409)
        }
        let worker = try await farm.agent(options: farm.options(behind: proxy, speaking: dialect))
        let running = Task { await worker.run() }
        try await until { FileManager.default.fileExists(atPath: stopped) }
        try await farm.client.send(.setJobStatus, long, body: JobStatusChange(status: .cancelRequested))
        let next = try await farm.submit([["true"]])
        try await until { try await farm.status(of: next) == .completed }
        #expect(try await farm.log(of: long).isEmpty)
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }

    @Test("409 in place of a task leads to acknowledging the state again", arguments: APIDialect.allCases)
    func notAwake(dialect: APIDialect) async throws {
        let farm = try LiveFarm()
        let proxy = try farm.proxy { asked in
            asked.operation == .scheduleTask && asked.repetition == 0 ? .answer(409) : .pass
        }
        let worker = try await farm.agent(options: farm.options(behind: proxy, speaking: dialect))
        let running = Task { await worker.run() }
        let job = try await farm.submit([["true"]])
        try await until { try await farm.status(of: job) == .completed }
        #expect(proxy.count(.workerStateChanged) >= 2)
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }

    @Test("423 in place of a task leads to the state that it names", arguments: APIDialect.allCases)
    func goToSleep(dialect: APIDialect) async throws {
        let farm = try LiveFarm()
        let proxy = try farm.proxy { asked in
            asked.operation == .scheduleTask && asked.repetition == 0
                ? .answer(423, body: #"{"status_requested": "asleep"}"#) : .pass
        }
        let worker = try await farm.agent(options: farm.options(behind: proxy, speaking: dialect))
        let running = Task { await worker.run() }
        try await until { try await farm.workers().map(\.status) == [.asleep] }
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }

    @Test("a worker that is deleted registers anew and works on", arguments: [false, true], APIDialect.allCases)
    func deleted(whileItWorks: Bool, dialect: APIDialect) async throws {
        let farm = try LiveFarm()
        let clock = ManualClock()
        let worker = try await farm.agent(options: ["api": dialect.rawValue], clock: clock)
        let running = Task { await worker.run() }
        func turning(_ condition: () async throws -> Bool) async throws {
            try await until {
                clock.advance(by: .seconds(1))
                return try await condition()
            }
        }
        try await turning { try await farm.workers().map(\.status) == [.awake] }
        let started = farm.folder.path("started")
        // The first run waits for ever, the one that the new worker gets ends.
        let script = "test -e \(started) && exit 0; touch \(started); sleep 1000"
        var job: String?
        if whileItWorks {
            job = try await farm.submit([["sh", "-c", script]])
            try await turning { FileManager.default.fileExists(atPath: started) }
        }
        let old = try #require(try await farm.workers().first?.id)
        try await farm.client.send(.deleteWorker, old)
        let next = try await farm.submit([["echo", "again"]])
        for job in [job, next].compactMap(\.self) {
            try await turning { try await farm.status(of: job) == .completed }
        }
        let workers = try await farm.workers()
        #expect(workers.count == 1 && workers.first?.id != old)
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }
}
