import Agent
import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("flamenco-agent status", .timeLimit(.minutes(1)))
struct StatusCommandTests {
    private func status(
        _ arguments: String..., environment: [String: String] = [:]
    ) async throws -> (exit: RunningProgram.Exit, output: String) {
        await
            (try RunningProgram(
                BuiltProducts.path("flamenco-agent"), ["status"] + arguments, environment: environment)).end()
    }

    /// What is printed as soon as this is in it; the time limit of the test ends the wait when it never is.
    private func status(of folder: String, showing pattern: some RegexComponent) async throws -> String {
        while true {
            try Task.checkCancellation()
            let output = try await status("--state-dir", folder).output
            if output.contains(pattern) { return output }
        }
    }

    @Test("shows the running task, then why there is none")
    func life() async throws {
        let farm = try await TestFarm()
        let agent = try farm.startAgent("node7", options: ["--asleep-poll-interval", "100ms"])
        let folder = farm.folder.path("node7")
        _ = await agent.line(with: "the worker is awake")
        let idle = try await status("--state-dir", folder)
        #expect(idle.exit == .status(0))
        #expect(idle.output.hasPrefix("Flamenco Agent \(Software.version), process \(agent.pid), up for "))
        #expect(idle.output.contains(#/\nstate +awake for \S+ m?s, waiting for a task\n/#), "\(idle.output)")

        let gate = farm.folder.path("gate")
        let script = "echo ready; until test -e \(gate); do sleep 0.01; done; exit 3"
        let settings: JobSettings = ["commands": [["sh", "-c", .string(script)]]]
        let job = try await farm.client.submit(SubmittedJob(name: "n", type: "command-line", settings: settings))
        _ = await agent.line(with: ": started")
        // The program is known before it has begun.
        let running = try await status(
            of: folder, showing: #/\n  programs +sh \(process \d+\): [1-9]\d* process(es)?, .+ of CPU, .+ of memory\n/#)
        #expect(running.contains(#/\ntask +running "command" for /#), "\(running)")
        #expect(running.contains(" of job \(job.id)\n"))
        #expect(running.split(separator: "\n").count < 24)
        let json = try WireJSON.decode(
            JSONValue.self, from: Data(try await status("--state-dir", folder, "--json").output.utf8))
        #expect(json["pid"] == .integer(Int64(agent.pid)))
        #expect(json["task"]?["job_id"] == .string(job.id))
        #expect(json["state"] == "awake")

        try farm.folder.write("gate", "")
        _ = await agent.line(with: "failed: ")
        // It counts when the manager has its outcome.
        _ = try await status(of: folder, showing: #/\ntasks +0 completed, 1 failed, 0 interrupted\n/#)
        farm.manager.send(SIGTERM)
        _ = await agent.line(with: "retrying until it succeeds")
        let alone = try await status(of: folder, showing: #/takes no tasks: the manager does not answer\n/#)
        #expect(alone.contains("; no answer for "))
        #expect(alone.contains("exec: sh failed: exit status 3: ready\n"))
        agent.send(SIGKILL)
        _ = await agent.exit()
        // What is left of it is no agent.
        #expect(FileManager.default.fileExists(atPath: folder + "/status.sock"))
        let killed = try await status("--state-dir", folder)
        #expect(killed.exit == .status(3))
        #expect(killed.output == "flamenco-agent: no agent is running with the state directory \(folder)\n")
    }

    @Test("says where it looked when no agent runs")
    func noAgent() async throws {
        let folder = try TemporaryFolder()
        let environment = [
            "XDG_STATE_HOME": folder.url.path, "HOME": folder.url.path, "XDG_CONFIG_HOME": folder.url.path,
            // Where no ephemeral agent of another test is.
            "TMPDIR": folder.url.path,
        ]
        let found = try await status(environment: environment)
        #expect(found.exit == .status(3))
        #expect(
            found.output
                == "flamenco-agent: no agent is running with the state directory "
                + "\(folder.path("flamenco-agent")) or /var/lib/flamenco-agent\n")
        let chosen = try await status(environment: [
            "STATE_DIRECTORY": folder.path("chosen"), "TMPDIR": folder.url.path,
        ])
        #expect(chosen.output.hasSuffix(" \(folder.path("chosen"))\n"))
    }

    @Test("names the agents of other folders, unless one is asked for")
    func otherAgents() async throws {
        let farm = try await TestFarm()
        let home = farm.folder.path("home/flamenco-agent")
        let agents = try ["gpu0", "gpu1"].map { try farm.startAgent("home/flamenco-agent/\($0)") }
        for agent in agents { _ = await agent.line(with: "the worker is awake") }
        let environment = [
            "XDG_STATE_HOME": farm.folder.path("home"), "XDG_CONFIG_HOME": "/nonexistent",
            "TMPDIR": farm.folder.path("home"),
        ]
        let none = try await status(environment: environment)
        #expect(none.exit == .status(3))
        #expect(
            none.output.hasSuffix("; agents are running with --state-dir \(home)/gpu0 and \(home)/gpu1\n"),
            "\(none.output)")
        let usual = try farm.startAgent("home/flamenco-agent")
        _ = await usual.line(with: "the worker is awake")
        let found = try await status(environment: environment)
        #expect(found.output.hasPrefix("Flamenco Agent \(Software.version), process \(usual.pid), "))
        #expect(
            found.output.contains(#/\nother agents +--state-dir \S+/gpu0\n +--state-dir \S+/gpu1\n/#), "\(found.output)"
        )
        let chosen = try await status("--state-dir", home, environment: environment)
        #expect(chosen.exit == .status(0) && !chosen.output.contains("gpu0"), "\(chosen.output)")
        await farm.stop(agents[0], agents[1], usual)
    }

    @Test("a state folder may be relative, wherever programs start")
    func relativeFolder() async throws {
        let farm = try await TestFarm()
        let agent = try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            ["run", "--manager-url", farm.client.url.description, "--state-dir", "agent"], in: farm.folder.url.path)
        let (_, exit) = try await farm.submit("--type", "command-line", "--set", #"commands=[["pwd"]]"#)
        #expect(exit == .status(0), "\(agent.output)")
        let found = try await status("--state-dir", farm.folder.path("agent"), "--json")
        let json = try WireJSON.decode(JSONValue.self, from: Data(found.output.utf8))
        #expect(json["state_directory"]?.stringValue?.hasSuffix(farm.folder.path("agent")) == true, "\(found.output)")
        await farm.stop(agent)
    }

    @Test("tells another user whom to be")
    func otherUser() async throws {
        let farm = try await TestFarm()
        let agent = try farm.startAgent()
        _ = await agent.line(with: "the worker is awake")
        let folder = farm.folder.path("agent")
        let program = BuiltProducts.path("flamenco-agent")
        let asked: RunningProgram
        if geteuid() == 0 {
            let copy = "/tmp/flamenco-agent-\(getpid())"
            try BuiltProducts.copy("flamenco-agent", to: copy)
            defer { try? FileManager.default.removeItem(atPath: copy) }
            asked = try RunningProgram(
                "/usr/bin/env",
                ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", copy, "status", "--state-dir", folder])
            _ = await asked.end()
        } else {
            chmod(folder + "/status.sock", 0)
            asked = try RunningProgram(program, ["status", "--state-dir", folder])
            _ = await asked.end()
        }
        #expect(await asked.exit() == .status(4))
        #expect(
            asked.output.contains(
                "is not accessible to this user: run this as the agent's user, for example with \"sudo -u "))
        await farm.stop(agent)
    }

    @Test("an address for metrics that cannot be had ends the agent with a sentence")
    func metricsAddress() async throws {
        let farm = try await TestFarm()
        let address = farm.client.url.description.replacing("http://", with: "")
        let agent = try farm.startAgent(options: ["--metrics-listen", address])
        let (exit, output) = await agent.end()
        #expect(exit == .status(78))
        #expect(
            output.contains("flamenco-agent: \"metrics_listen\": cannot listen on \(address): address already in use\n")
        )
        await farm.stop()
    }

    @Test("programs of tasks have neither the socket nor the metrics among their descriptors")
    func notInherited() async throws {
        let farm = try await TestFarm()
        let agent = try farm.startAgent(options: ["--metrics-listen", "0"])
        let (output, exit) = try await farm.submit(
            "--type", "command-line", "--set", #"commands=[["sh", "-c", "ls /proc/self/fd | tr '\\n' ,; env"]]"#)
        #expect(exit == .status(0), "\(output)")
        let logs = await
            (try RunningProgram(
                BuiltProducts.path("flamenco-agent"), ["logs", "--state-dir", farm.folder.path("agent"), "command"]))
            .end()
        // The fourth is that of ls itself.
        #expect(logs.output.contains("\n0,1,2,3,"), "\(logs.output)")
        #expect(!logs.output.contains("\n0,1,2,3,4"))
        #expect(!logs.output.contains("status.sock") && !logs.output.contains("METRICS"))
        await farm.stop(agent)
    }

    @Test("the log is JSON when the settings say so, with the task that a line is about")
    func jsonLog() async throws {
        let farm = try await TestFarm()
        let agent = try farm.startAgent(options: ["--log-format", "json"])
        let (_, exit) = try await farm.submit("--type", "command-line", "--set", #"commands=[["true"]]"#)
        #expect(exit == .status(0))
        await farm.stop(agent)
        let lines = try await agent.end().output.split(separator: "\n").map {
            try WireJSON.decode(JSONValue.self, from: Data($0.utf8))
        }
        let begins = try #require(lines.first { $0["message"] == "started" })
        #expect(begins["task_name"] == "command" && begins["level"] == "info")
        #expect(begins["task"]?.stringValue?.count == 36 && begins["job"]?.stringValue?.count == 36)
        #expect(lines.contains { $0["message"] == "signed off" && $0["task"] == nil })
    }

    @Test("looks where the service has its state when there is no home")
    func homeless() async throws {
        let answer = await
            (try RunningProgram(
                "/usr/bin/env", ["-i", "TMPDIR=/nowhere", BuiltProducts.path("flamenco-agent"), "status"])).end()
        #expect(answer.exit == .status(3), "\(answer.output)")
        #expect(answer.output.hasSuffix("no agent is running with the state directory /var/lib/flamenco-agent\n"))
    }
}
