import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("flamenco-agent logs", .timeLimit(.minutes(1)))
struct LogsCommandTests {
    private func logs(_ farm: TestFarm, _ arguments: String...) throws -> RunningProgram {
        try RunningProgram(
            BuiltProducts.path("flamenco-agent"), ["logs", "--state-dir", farm.folder.path("agent")] + arguments)
    }

    @Test("follows a task while it runs, lists it, and prints it")
    func follow() async throws {
        let farm = try await TestFarm()
        let agent = try farm.startAgent()
        let gate = farm.folder.path("gate")
        let script = "echo before; until test -e \(gate); do sleep 0.01; done; echo after"
        let settings: JobSettings = ["commands": [["sh", "-c", .string(script)]]]
        _ = try await farm.client.submit(SubmittedJob(name: "shot", type: "command-line", settings: settings))
        _ = await agent.line(with: ": started")
        let following = try logs(farm, "--follow")
        _ = await following.line(with: "before")

        let listing = try logs(farm)
        #expect(await listing.exit() == .status(0))
        let row = try #require(listing.output.split(separator: "\n").last)
        #expect(row.contains("running") && row.contains("command-line"), "\(listing.output)")
        let id = try #require(row.split(separator: " ").first { $0.count == 36 })
        let one = try logs(farm, String(id.prefix(30)), "--follow")
        _ = await one.line(with: "before")
        try farm.folder.write("gate", "")
        #expect(await one.exit() == .status(0))
        _ = await one.line(with: "\u{0}")
        #expect(one.output.contains("before\n") && one.output.contains("after\n"), "\(one.output)")
        _ = await following.line(with: "after")
        await farm.stop(agent)
        #expect(await following.exit() == .status(0))

        let printed = try logs(farm, String(id))
        #expect(await printed.exit() == .status(0))
        #expect(printed.output.contains("after\n"))
        let unknown = try logs(farm, "nobody")
        #expect(await unknown.exit() == .status(1))
        _ = await unknown.line(with: "\u{0}")
        #expect(unknown.output.contains("this machine has no log of a task \"nobody\""))
    }
}
