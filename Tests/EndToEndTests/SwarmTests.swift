import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("A swarm of workers", .timeLimit(.minutes(3)))
struct SwarmTests {
    /// Starts a manager that keeps its farm in a folder.
    private static func startManager(
        _ folder: TemporaryFolder, port: Int = 0
    ) async throws -> (RunningProgram, String) {
        let manager = try RunningProgram(
            BuiltProducts.path("manager-lite"),
            ["serve", "--listen", "127.0.0.1:\(port)", "--state", folder.path("farm")])
        let line = try #require(await manager.line(with: "http://"), "\(manager.output)")
        return (manager, String(try #require(line.split(separator: " ").first { $0.hasPrefix("http://") })))
    }

    private static func startSwarm(_ url: String, _ options: String...) throws -> RunningProgram {
        try RunningProgram(
            BuiltProducts.path("manager-lite"),
            ["swarm", "--manager", url, "--poll", "200ms", "--time", "2m"] + options)
    }

    @Test("does every task once though the manager is killed and starts again, and tells what it saw")
    func restart() async throws {
        let folder = try TemporaryFolder()
        let (first, url) = try await Self.startManager(folder)
        let client = ManagerClient(url: try ManagerURL(url), software: "test", dialect: .v3)
        let swarm = try Self.startSwarm(url, "--workers", "40", "--tasks", "300", "--task-time", "300ms±100ms")
        while try await client.send(.queryJobs, expecting: JobList.self).jobs.first?.stepsCompleted ?? 0 < 50 {
            try await Task.sleep(for: .milliseconds(20))
        }
        first.send(SIGKILL)
        _ = await first.exit()
        let (second, _) = try await Self.startManager(folder, port: client.url.port)
        let (exit, output) = await swarm.end()
        #expect(exit == .status(0), "\(output)")
        #expect(output.contains("tasks: 300 completed, 0 failed"), "\(output)")
        #expect(output.contains("workers: 40 at once"), "\(output)")
        #expect(output.contains("connection lost") || output.contains("no connection"), "\(output)")
        for operation in ["registerWorker", "scheduleTask", "taskUpdate", "mayWorkerRun", "signOff", "all"] {
            #expect(output.contains("\n\(operation) "), "\(operation): \(output)")
        }
        #expect(output.contains("manager: process \(first.pid), ") == false, "that one is gone: \(output)")
        let jobs = try await client.send(.queryJobs, expecting: JobList.self).jobs
        #expect(jobs.map(\.status) == [.completed])
        second.send(SIGTERM)
        _ = await second.exit()
    }

    @Test("lets tasks fail, and leaves when its job has")
    func failures() async throws {
        let farm = try await TestFarm()
        let swarm = try Self.startSwarm(
            farm.client.url.description, "--workers", "5", "--tasks", "20", "--task-time", "0s", "--fail", "100%")
        let (exit, output) = await swarm.end()
        #expect(exit == .status(0), "\(output)")
        // One task, which three workers try; fewer when all that are there have failed before the others come.
        #expect(output.contains(#/tasks: 0 completed, [1-3] failed/#), "\(output)")
        #expect(output.contains("manager: process \(farm.manager.pid), "), "\(output)")
        await farm.stop()
    }

    @Test("leaves when it is told to, and its workers are offline then")
    func leaving() async throws {
        let farm = try await TestFarm()
        let swarm = try Self.startSwarm(farm.client.url.description, "--workers", "12")
        func statuses() async throws -> [WorkerStatus] {
            var client = farm.client
            client.dialect = .v3
            return try await client.send(.fetchWorkers, expecting: WorkerList.self).workers.map(\.status)
        }
        while try await statuses().count(where: { $0 == .awake }) < 12 { try await Task.sleep(for: .milliseconds(20)) }
        swarm.send(SIGINT)
        let (exit, output) = await swarm.end()
        #expect(exit == .status(0), "\(output)")
        #expect(try await statuses() == [WorkerStatus](repeating: .offline, count: 12))
        await farm.stop()
    }

    @Test(
        "says what is wrong with its options",
        arguments: [
            (["--workers", "0"], 64, "--workers should be a whole number from 1 to 100000000, but is \"0\""),
            (["--task-time", "5s±6s"], 64, "--task-time should be a duration such as 5s or 5s±2s, but is \"5s±6s\""),
            (["--fail", "2"], 64, "--fail should be a share from 0% to 100%, but is \"2\""),
            (["--manager", "https://h"], 64, "\"swarm\" supports only unencrypted HTTP; the manager is https://h"),
        ])
    func usage(options: [String], status: Int, sentence: String) async throws {
        let ended = await (try RunningProgram(BuiltProducts.path("manager-lite"), ["swarm"] + options)).end()
        #expect(ended.exit == .status(Int32(status)))
        #expect(ended.output.contains(sentence), "\(ended.output)")
    }

    @Test("a manager refuses more connections than it can have, and a second one on the same state file")
    func refusals() async throws {
        let program = BuiltProducts.path("manager-lite")
        let folder = try TemporaryFolder()
        let many = await (try RunningProgram(program, ["serve", "--max-connections", "99999999"])).end()
        #expect(many.exit == .status(64))
        #expect(many.output.contains("--max-connections 99999999 needs 100000063 file descriptors"), "\(many.output)")
        let (first, _) = try await Self.startManager(folder)
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--state", folder.path("farm")]
        let second = await (try RunningProgram(program, arguments)).end()
        #expect(second.exit == .status(1))
        #expect(
            second.output == "manager-lite: the state file \(folder.path("farm")) is in use by another "
                + "manager-lite: stop that one, or use another file\n")
        first.send(SIGTERM)
        _ = await first.exit()
    }

    @Test("a simulation prints its figures, the same each time")
    func simulation() async throws {
        let options = ["simulate", "--workers", "20", "--tasks", "200", "--jobs", "5", "--fail", "2%", "--seed", "7"]
        let first = await (try RunningProgram(BuiltProducts.path("manager-lite"), options)).end()
        let second = await (try RunningProgram(BuiltProducts.path("manager-lite"), options)).end()
        #expect(first.exit == .status(0))
        #expect(first.output == second.output)
        #expect(first.output.contains("tasks: 200 completed, "), "\(first.output)")
        let json = await (try RunningProgram(BuiltProducts.path("manager-lite"), options + ["--json"])).end()
        let figures = try WireJSON.parse(Data(json.output.utf8))
        #expect(figures["completedTasks"] == 200)
    }
}
