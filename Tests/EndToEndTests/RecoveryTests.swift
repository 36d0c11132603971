import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("Agents and managers that come and go", .timeLimit(.minutes(2)))
struct RecoveryTests {
    private func submit(_ script: String, to farm: TestFarm) async throws -> String {
        let settings: JobSettings = ["commands": [["sh", "-c", .string(script)]]]
        return try await farm.client.submit(SubmittedJob(name: "n", type: "command-line", settings: settings)).id
    }

    private func isAlive(_ pid: Int32) -> Bool { kill(pid, 0) == 0 }

    @Test("an agent that is killed leaves nothing running, and does its task when it is started again")
    func killedAgent() async throws {
        let farm = try await TestFarm()
        let agent = try farm.startAgent()
        let pidFile = farm.folder.path("pid")
        // The first run of the task waits for ever, the second one ends.
        let job = try await submit(
            "test -e \(pidFile) && exit 0; echo $$ > \(pidFile).new; mv \(pidFile).new \(pidFile); sleep 1000", to: farm
        )
        try await until { FileManager.default.fileExists(atPath: pidFile) }
        let pid = try #require(
            Int32(try String(contentsOfFile: pidFile, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
        agent.send(SIGKILL)
        #expect(await agent.exit() == .signal(SIGKILL))
        try await until { !isAlive(pid) }

        let again = try farm.startAgent()
        try await until { try await farm.client.job(job).status == .completed }
        let task = try #require(
            try await farm.client.send(.fetchJobTasks, job, expecting: JobTasksSummary.self).tasks.first)
        let log = try await farm.client.text(.fetchTaskLog, task.id)
        #expect(log.contains("interrupted: the agent was stopped or killed while this task ran"), "\(log)")
        await farm.stop(again)
    }

    @Test("an outcome that could not be delivered is delivered by flush")
    func flush() async throws {
        let state = try TemporaryFolder()
        let farm = try await TestFarm("--state", state.path("farm.json"))
        let agent = try farm.startAgent(options: ["--flush-time", "100ms"])
        let gate = farm.folder.path("gate")
        let job = try await submit("touch \(gate).started; until test -e \(gate); do sleep 0.01; done", to: farm)
        try await until { FileManager.default.fileExists(atPath: gate + ".started") }
        // The manager is stopped in the middle of the task, so the outcome stays with the agent.
        kill(farm.manager.pid, SIGSTOP)
        try farm.folder.write("gate", "")
        _ = await agent.line(with: "completed in")
        agent.send(SIGKILL)
        _ = await agent.exit()
        kill(farm.manager.pid, SIGCONT)
        let flush = try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            ["flush", "--manager-url", farm.client.url.description, "--state-dir", farm.folder.path("agent")])
        #expect(await flush.exit() == .status(0))
        #expect(try await farm.client.job(job).status == .completed)
        await farm.stop()
    }

    @Test("a manager that is restarted with what it kept goes on with its jobs")
    func restartedManager() async throws {
        let state = try TemporaryFolder()
        let farm = try await TestFarm("--state", state.path("farm.json"))
        let job = try await submit("echo hello", to: farm)
        farm.manager.send(SIGTERM)
        #expect(await farm.manager.exit() == .status(0))
        let again = try await TestFarm("--state", state.path("farm.json"))
        let agent = try again.startAgent()
        try await until { try await again.client.job(job).status == .completed }
        await again.stop(agent)
    }

    @Test("a manager that is killed has all that it answered when it is started again")
    func killedManager() async throws {
        let state = try TemporaryFolder()
        let farm = try await TestFarm("--state", state.path("farm.json"))
        let agent = try farm.startAgent(options: ["--flush-time", "100ms"])
        let job = try await submit("seq 1000", to: farm)
        try await until { try await farm.client.job(job).status == .completed }
        let task = try #require(
            try await farm.client.send(.fetchJobTasks, job, expecting: JobTasksSummary.self).tasks.first)
        let log = try await farm.client.text(.fetchTaskLog, task.id)
        farm.manager.send(SIGKILL)
        _ = await farm.manager.exit()
        let again = try await TestFarm("--state", state.path("farm.json"))
        #expect(try await again.client.job(job).status == .completed)
        #expect(try await again.client.text(.fetchTaskLog, task.id).hasPrefix(log))
        agent.send(SIGTERM)
        _ = await agent.exit()
        await again.stop()
    }
}
