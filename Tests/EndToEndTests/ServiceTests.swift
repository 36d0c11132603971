import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("What the agent tells its service manager", .timeLimit(.minutes(1)))
struct ServiceTests {
    private func start(_ url: String, _ folder: TemporaryFolder, _ socket: DatagramSocket) throws -> RunningProgram {
        try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            [
                "run", "--manager-url", url, "--state-dir", folder.path("service"), "--running-poll-interval", "200ms",
                "--task-poll-interval", "200ms",
            ], environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "100000"])
    }

    @Test("ready after sign-on, the task that runs, that it is alive all the time, and that it stops")
    func life() async throws {
        let farm = try await TestFarm()
        let socket = try DatagramSocket(path: farm.folder.path("notify"))
        let agent = try start(farm.client.url.description, farm.folder, socket)
        #expect(try await socket.message(with: "READY=1").hasPrefix("READY=1\nSTATUS="))
        _ = try await socket.message(with: "STATUS=awake, waiting for a task")
        let gate = farm.folder.path("gate")
        let settings: JobSettings = ["commands": [["sh", "-c", .string("until test -e \(gate); do sleep 0.01; done")]]]
        let job = try await farm.client.submit(SubmittedJob(name: "n", type: "command-line", settings: settings))
        let message = try await socket.message(with: "STATUS=running task ")
        // That it is alive may stand behind, when there was no room for it in a message of its own.
        #expect(
            message.split(separator: "\n").contains("STATUS=running task command of job \(job.id.prefix(8)), 0 of 1"),
            "\(message)")
        for _ in 0..<3 { _ = try await socket.message(with: "WATCHDOG=1") }
        try farm.folder.write("gate", "")
        _ = try await socket.message(with: "STATUS=awake, waiting for a task")
        agent.send(SIGTERM)
        #expect(try await socket.message(with: "STOPPING=1") == "STOPPING=1\nSTATUS=stopping")
        #expect(await agent.exit() == .status(0))
        await farm.stop()
    }

    @Test("ready without a manager too, and what is wrong with it")
    func unreachable() async throws {
        let folder = try TemporaryFolder()
        let socket = try DatagramSocket(path: folder.path("notify"))
        // Port 9 of the loopback has no listener.
        let agent = try start("http://127.0.0.1:9", folder, socket)
        let message = try await socket.message(with: "READY=1")
        #expect(message.contains("cannot connect") && message.hasSuffix("; signing on"), "\(message)")
        agent.send(SIGTERM)
        #expect(await agent.exit() == .status(0))
    }
}
