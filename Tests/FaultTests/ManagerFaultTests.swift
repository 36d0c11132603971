import Agent
import FarmSupport
import FaultProxy
import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("A task is done whatever strikes the manager", .timeLimit(.minutes(2)))
struct ManagerFaultTests {
    /// What strikes, and how often the manager may have taken the same batch then.
    static let faults: [(Fault, copies: Int)] = [
        (.reset, 1), (.hang, .max), (.cutRequest(after: 0), 1), (.cutRequest(after: 60), 1), (.loseReply, 2),
        (.cutReply(after: 12), 2), (.throttle(bytesPerSecond: 1), .max), (.answer(408), 1), (.answer(500), 1),
        (.answer(502, headers: ["Content-Type: text/html"], body: "<html><h1>Bad Gateway</h1></html>"), 1),
        (.answer(503), 1), (.answer(429, headers: ["Retry-After: 1"], body: #"{"message": "slow down"}"#), 1),
        (.answer(200, body: "<html>please log in</html>"), 1),
    ]

    @Test("each kind of request is struck the first time that it is made", arguments: faults, APIDialect.allCases)
    func first(what: (fault: Fault, copies: Int), dialect: APIDialect) async throws {
        let (fault, copies) = what
        let farm = try LiveFarm()
        let proxy = try farm.proxy { $0.repetition == 0 ? fault : .pass }
        let worker = try await farm.agent(
            options: farm.options(behind: proxy, speaking: dialect, isImpatient: copies == .max))
        let running = Task { await worker.run() }
        let gate = farm.folder.path("gate")
        let job = try await farm.submit([
            ["sh", "-c", "echo one; until test -e \(gate); do sleep 0.01; done; echo two"]
        ])
        try await until { proxy.count(dialect.pollWhileRunning) > 2 }
        try farm.folder.write("gate", "")
        try await until { try await farm.status(of: job) == .completed }
        let lines = try await farm.log(of: job).split(separator: "\n")
        #expect((1...copies).contains(lines.count { $0 == "one" }), "\(lines)")
        #expect((1...copies).contains(lines.count { $0 == "two" }), "\(lines)")
        worker.tell(.terminate)
        #expect(await running.value == .stop)
        let operations: [FlamencoAPI.Operation] = [
            .registerWorker, .signOn, .workerStateChanged, .scheduleTask, .signOff,
        ]
        for operation in operations { #expect(proxy.count(operation) > 0, "\(operation)") }
    }

    @Test("updates that reach nobody show that the manager is gone, when nothing else is asked")
    func updatesAlone() async throws {
        let farm = try LiveFarm()
        let gate = farm.folder.path("gate")
        let proxy = try farm.proxy { asked in
            asked.operation == .taskUpdate && !FileManager.default.fileExists(atPath: gate) ? .reset : .pass
        }
        let worker = try await farm.agent(options: farm.options(behind: proxy))
        let running = Task { await worker.run() }
        let job = try await farm.submit([["true"]])
        // The outcome has to be delivered before another task is asked for.
        let board = worker.inspection.board
        try await until {
            let status = board.current
            return status.task == nil && status.manager.outage?.reason.contains("/task/") == true
        }
        try farm.folder.write("gate", "")
        try await until { try await farm.status(of: job) == .completed }
        try await until { board.current.manager.outage == nil && board.current.tasks.completed == 1 }
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }

    @Test("nobody listens while the task prints and ends")
    func refuses() async throws {
        let farm = try LiveFarm()
        let proxy = try farm.proxy()
        let worker = try await farm.agent(options: farm.options(behind: proxy))
        let running = Task { await worker.run() }
        let (gate, printed) = (farm.folder.path("gate"), farm.folder.path("printed"))
        let job = try await farm.submit([
            [
                "sh", "-c",
                "touch \(gate).started; until test -e \(gate); do sleep 0.01; done; seq 100000; touch \(printed)",
            ]
        ])
        try await until { FileManager.default.fileExists(atPath: gate + ".started") }
        proxy.refuse()
        try farm.folder.write("gate", "")
        try await until { FileManager.default.fileExists(atPath: printed) }
        try proxy.serve()
        try await until { try await farm.status(of: job) == .completed }
        #expect(try await farm.log(of: job).contains((1...100_000).map { "\($0)\n" }.joined()))
        worker.tell(.terminate)
        _ = await running.value
    }

    @Test(
        "an update that nobody answers, or slowly, does not hold up the program",
        arguments: [Fault.hang, .throttle(bytesPerSecond: 1), .answer(503)])
    func neverStalls(fault: Fault) async throws {
        let farm = try LiveFarm()
        let printed = farm.folder.path("printed")
        let proxy = try farm.proxy { asked in
            asked.operation == .taskUpdate && !FileManager.default.fileExists(atPath: printed) ? fault : .pass
        }
        let worker = try await farm.agent(options: farm.options(behind: proxy, isImpatient: true))
        let running = Task { await worker.run() }
        // Far more than the pipe holds, and none of it can be delivered before all of it is printed.
        let job = try await farm.submit([["sh", "-c", "seq 500000; touch \(printed)"]])
        try await until { try await farm.status(of: job) == .completed }
        let log = try await farm.log(of: job)
        #expect(log.contains("\n1\n2\n3\n") && log.contains("\n499999\n500000\n"))
        worker.tell(.terminate)
        _ = await running.value
    }

    @Test("an update that is cut at any byte arrives once, and whole")
    func cutRequest() async throws {
        let farm = try LiveFarm()
        let proxy = try farm.proxy { asked in
            asked.operation == .taskUpdate ? .cutRequest(after: asked.repetition) : .pass
        }
        let client = ManagerClient(url: try ManagerURL(proxy.url), software: "test")
        let job = try await farm.submit([["true"]])
        let secret = "not so secret"
        let registration = WorkerRegistration(
            secret: secret, platform: "linux", supportedTaskTypes: ["misc"], nickname: "n")
        let worker = WorkerCredentials(workerID: try await client.register(registration).uuid, secret: secret)
        _ = try await client.signOn(
            WorkerSignOn(nickname: "n", supportedTaskTypes: ["misc"], softwareVersion: "1"), as: worker)
        try await client.stateChanged(WorkerStateChanged(status: .awake), as: worker)
        guard case .task(let task) = try await client.scheduleTask(as: worker) else {
            Issue.record("there is no task")
            return
        }
        let update = TaskUpdateText(taskStatus: .completed, log: Array("text\n".utf8))
        // The shortest head that this request could have is longer than its body.
        for length in 0..<(update.count * 4) {
            let error = await #expect(throws: ManagerError.self) {
                _ = try await client.updateTask(task.uuid, update, as: worker)
            }
            #expect(error?.isTransient == true, "cut after \(length) bytes")
        }
        #expect(try await farm.status(of: job) == .active)
        #expect(try await farm.log(of: job).isEmpty)
        #expect(try await farm.client.updateTask(task.uuid, update, as: worker) == .accepted)
        #expect(try await farm.log(of: job) == "text\n")
    }
}
