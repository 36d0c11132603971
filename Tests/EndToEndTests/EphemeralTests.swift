import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("An ephemeral agent", .timeLimit(.minutes(1)))
struct EphemeralTests {
    /// Where this user and all its temporary files are.
    private func environment(_ farm: TestFarm) throws -> [String: String] {
        for name in ["tmp", "home"] {
            try FileManager.default.createDirectory(
                atPath: farm.folder.path(name), withIntermediateDirectories: true)
        }
        return ["TMPDIR": farm.folder.path("tmp"), "HOME": farm.folder.path("home")]
    }

    private func start(_ farm: TestFarm, _ options: String...) throws -> RunningProgram {
        try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            [
                "run", "--ephemeral", "--manager-url", farm.client.url.description, "--running-poll-interval", "200ms",
                "--task-poll-interval", "200ms",
            ] + options, environment: environment(farm))
    }

    private func names(_ farm: TestFarm, _ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: farm.folder.path(folder))
    }

    private func workers(_ farm: TestFarm) async throws -> [WorkerSummary] {
        try await farm.client.send(.fetchWorkers, expecting: WorkerList.self).workers
    }

    @Test("works, can be asked how it is, and leaves nothing behind; the next one is another worker")
    func life() async throws {
        let farm = try await TestFarm()
        let agent = try start(farm, "--max-tasks", "1")
        _ = await agent.line(with: "the worker is awake")
        let folder = try #require(try names(farm, "tmp").first)
        #expect(
            try FileManager.default.attributesOfItem(atPath: farm.folder.path("tmp/\(folder)"))[.posixPermissions]
                as? Int == 0o700)
        #expect(!FileManager.default.fileExists(atPath: farm.folder.path("tmp/\(folder)/credentials.json")))
        // Nobody said where its state is.
        let status = try RunningProgram(
            BuiltProducts.path("flamenco-agent"), ["status"], environment: environment(farm))
        let shown = await status.end()
        #expect(shown.exit == .status(0))
        #expect(shown.output.contains("process \(agent.pid), up for "), "\(shown.output)")

        let settings: JobSettings = ["commands": [["true"]]]
        _ = try await farm.client.submit(SubmittedJob(name: "n", type: "command-line", settings: settings))
        #expect(await agent.exit() == .status(0))
        #expect(agent.output.contains("signed off\n"))
        let other = try start(farm, "--exit-after-idle", "1s")
        #expect(await other.exit() == .status(0))
        let workers = try await workers(farm)
        #expect(workers.map(\.status) == [.offline, .offline])
        #expect(try names(farm, "tmp") == [])
        #expect(try names(farm, "home") == [])
        await farm.stop()
    }

    @Test("what a killed one left goes with the next, and what a running one has stays")
    func killed() async throws {
        let farm = try await TestFarm()
        let (killed, running) = (try start(farm), try start(farm))
        for agent in [killed, running] { _ = await agent.line(with: "the worker is awake") }
        killed.send(SIGKILL)
        _ = await killed.exit()
        #expect(try names(farm, "tmp").count == 2)
        let next = try start(farm, "--exit-after-idle", "1s")
        #expect(await next.exit() == .status(0))
        #expect(next.output.contains("left behind by an agent that was killed"))
        #expect(try names(farm, "tmp").count == 1)
        await farm.stop(running)
        #expect(try names(farm, "tmp") == [])
    }

    @Test("has no use for a state folder, and needs one for temporary files")
    func refusals() async throws {
        let farm = try await TestFarm()
        let both = await (try start(farm, "--state-dir", farm.folder.path("state"))).end()
        #expect(both.exit == .status(78))
        #expect(both.output.contains("\"ephemeral\" and \"state_dir\" contradict each other"))
        #expect(!FileManager.default.fileExists(atPath: farm.folder.path("state")))
        let nowhere = try RunningProgram(
            BuiltProducts.path("flamenco-agent"), ["run", "--ephemeral", "--manager-url", farm.client.url.description],
            environment: ["TMPDIR": farm.folder.path("nowhere")])
        let refused = await nowhere.end()
        #expect(refused.exit == .status(78))
        #expect(refused.output.contains("cannot use the state directory \(farm.folder.path("nowhere"))/"))
        await farm.stop()
    }
}
