import Agent
import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("flamenco-agent pause and resume", .timeLimit(.minutes(2)))
struct PauseCommandTests {
    private func agent(
        _ arguments: String..., environment: [String: String] = [:]
    ) async throws -> (exit: RunningProgram.Exit, output: String) {
        await (try RunningProgram(BuiltProducts.path("flamenco-agent"), arguments, environment: environment)).end()
    }

    /// Whom the agent names as the one who asked.
    private static var caller: String {
        get async throws {
            try await output(of: "id", "-un").split(separator: "\n").first.map(String.init) ?? ""
        }
    }

    private func isAt(_ status: WorkerStatus, _ farm: TestFarm) async throws -> Bool {
        try await farm.client.send(.fetchWorkers, expecting: WorkerList.self).workers.map(\.status) == [status]
    }

    private func request(_ status: WorkerStatus, _ farm: TestFarm) async throws {
        let worker = try #require(try await farm.client.send(.fetchWorkers, expecting: WorkerList.self).workers.first)
        try await farm.client.send(
            .requestWorkerStatusChange, worker.id, body: WorkerStatusChangeRequest(status: status))
    }

    /// A job with a task that begins at once, and ends with status 0 when the file `gate` is there.
    private func gatedJob(_ farm: TestFarm) async throws -> String {
        let script = "until test -e \(farm.folder.path("gate")); do sleep 0.01; done"
        let settings: JobSettings = ["commands": [["sh", "-c", .string(script)]]]
        return try await farm.client.submit(SubmittedJob(name: "n", type: "command-line", settings: settings)).id
    }

    @Test("a pause during a task gives it back, survives a restart, and ends with \"resume\"")
    func life() async throws {
        let farm = try await TestFarm()
        let folder = farm.folder.path("agent")
        let caller = try await Self.caller
        let first = try farm.startAgent()
        let job = try await gatedJob(farm)
        _ = await first.line(with: ": started")
        let paused = try await agent("pause", "--state-dir", folder, "--reason", "my own render")
        #expect(paused.exit == .status(0))
        #expect(
            paused.output
                == "paused by \(caller): my own render; the running task is stopped and returned to the manager\n")
        _ = await first.line(with: "the worker is asleep")
        try await until { try await isAt(.asleep, farm) }
        let status = try await agent("status", "--state-dir", folder).output
        #expect(status.contains("; takes no tasks: paused by \(caller): my own render\n"), "\(status)")
        first.send(SIGTERM)
        #expect(await first.exit() == .status(0))

        let second = try farm.startAgent(options: ["--asleep-poll-interval", "100ms"])
        _ = await second.line(with: "the worker is asleep")
        let json = try WireJSON.decode(
            JSONValue.self, from: Data(try await agent("status", "--state-dir", folder, "--json").output.utf8))
        guard case .array(let reasons) = json["sleep_reasons"], let reason = reasons.first else {
            throw CocoaError(.coderValueNotFound)
        }
        #expect(reason["cause"] == "pause" && reason["by"] == .string(caller) && reason["task"] == "stop")
        #expect(reason["reason"] == "my own render" && reason["since"] != nil && reason["until"] == nil)
        #expect(json["state"] == "asleep")
        let doctor = try await agent(
            "doctor", "--manager-url", farm.client.url.description, "--state-dir", folder)
        #expect(doctor.output.contains("paused by \(caller): my own render"), "\(doctor.output)")
        try farm.folder.write("gate", "")
        let resumed = try await agent("resume", "--state-dir", folder)
        #expect(resumed.exit == .status(0) && resumed.output == "resumed\n")
        try await until { try await farm.client.job(job).status == .completed }
        #expect(try await agent("resume", "--state-dir", folder).output == "was not paused\n")
        await farm.stop(second)
    }

    @Test("a pause after the task lets it finish, and one for a time ends by itself")
    func afterTaskAndFor() async throws {
        let farm = try await TestFarm()
        let folder = farm.folder.path("agent")
        let worker = try farm.startAgent()
        let job = try await gatedJob(farm)
        _ = await worker.line(with: ": started")
        let paused = try await agent("pause", "--state-dir", folder, "--after-task", "--for", "2h")
        #expect(paused.output.contains("; the running task finishes first\n"), "\(paused.output)")
        let status = try await agent("status", "--state-dir", folder).output
        #expect(status.contains(#/\nstate +awake for .*; takes no more tasks: paused by .* until /#), "\(status)")
        try farm.folder.write("gate", "")
        _ = await worker.line(with: "the worker is asleep")
        try await until { try await farm.client.job(job).status == .completed }
        // Another takes its place, and is over at once.
        let short = try await agent("pause", "--state-dir", folder, "--for", "10ms")
        #expect(short.exit == .status(0))
        _ = await worker.line(with: "this node accepts tasks again")
        try await until { try await isAt(.awake, farm) }
        await farm.stop(worker)
    }

    @Test("neither the manager nor the node wakes what the other put to sleep")
    func two() async throws {
        let farm = try await TestFarm()
        let folder = farm.folder.path("agent")
        let worker = try farm.startAgent(options: ["--asleep-poll-interval", "100ms"])
        _ = await worker.line(with: "the worker is awake")
        try await until { try await isAt(.awake, farm) }
        try await request(.asleep, farm)
        try await until { try await isAt(.asleep, farm) }
        _ = try await agent("pause", "--state-dir", folder)
        let both = try await agent("status", "--state-dir", folder).output
        #expect(
            both.contains("; the manager requested the state \"asleep\"\n") && both.contains("paused by "), "\(both)")
        _ = try await agent("resume", "--state-dir", folder)
        let manager = try await agent("status", "--state-dir", folder).output
        #expect(manager.contains("takes no tasks: the manager requested the state \"asleep\"\n"), "\(manager)")
        _ = try await agent("pause", "--state-dir", folder)
        try await request(.awake, farm)
        // The manager's wish has come when it is no reason any more.
        try await until {
            try await !agent("status", "--state-dir", folder).output.contains("the manager requested")
        }
        #expect(try await isAt(.asleep, farm))
        _ = try await agent("resume", "--state-dir", folder)
        try await until { try await isAt(.awake, farm) }
        await farm.stop(worker)
    }

    @Test("programs of tasks cannot pause the agent, whatever their user may")
    func programs() async throws {
        let farm = try await TestFarm()
        let worker = try farm.startAgent()
        let program = BuiltProducts.path("flamenco-agent")
        let script = "\(program) pause --state-dir \(farm.folder.path("agent")); echo status $?"
        let (output, exit) = try await farm.submit(
            "--type", "command-line", "--set", #"commands=[["sh", "-c", "\#(script)"]]"#)
        #expect(exit == .status(0), "\(output)")
        let log = try await agent("logs", "--state-dir", farm.folder.path("agent"), "command").output
        #expect(log.contains("but not from programs of its own tasks\nstatus 1\n"), "\(log)")
        #expect(try await isAt(.awake, farm))
        await farm.stop(worker)
    }

    @Test("without an agent there is a sentence and a status of its own", arguments: ["pause", "resume"])
    func noAgent(command: String) async throws {
        let folder = try TemporaryFolder()
        let chosen = try await agent(command, "--state-dir", folder.url.path)
        #expect(chosen.exit == .status(3))
        #expect(chosen.output == "flamenco-agent: no agent is running with the state directory \(folder.url.path)\n")
        let usual = try await agent(
            command,
            environment: [
                "XDG_STATE_HOME": folder.url.path, "HOME": folder.url.path, "XDG_CONFIG_HOME": folder.url.path,
                "TMPDIR": folder.url.path,
            ])
        #expect(usual.exit == .status(3))
        #expect(usual.output.contains("flamenco-agent or /var/lib/flamenco-agent\n"), "\(usual.output)")
    }

    @Test(
        "wrong usage is told",
        arguments: [
            (["--for", "soon"], "--for should be a duration such as 10s or 2m, but is \"soon\""),
            (["--for", "0"], "--for should be longer than 0 s"),
            (["--for", "1e30"], "--for should be a duration such as 10s or 2m, but is \"1e30\""),
            (["now"], "\"pause\" takes no operands, but got \"now\""),
            (["--untill", "x"], "there is no option \"--untill\""),
        ])
    func usage(arguments: [String], sentence: String) async throws {
        let (exit, output) = await (try RunningProgram(BuiltProducts.path("flamenco-agent"), ["pause"] + arguments))
            .end()
        #expect(exit == .status(64) && output.hasPrefix("flamenco-agent: \(sentence)"), "\(output)")
    }

    // MARK: Hours and people

    @Test("wrong hours and idle times are one sentence, and status 78", arguments: ["check-config", "run"])
    func wrongValues(command: String) async throws {
        let folder = try TemporaryFolder()
        for (setting, value, sentence) in [
            (
                "work_hours", "mo-fr 19:00",
                "\"work_hours\" should be days, hours or both, as in \"mo-fr 19:00-08:00, sa-su\", but is \"mo-fr 19:00\""
            ),
            ("only_when_idle", "often", "\"only_when_idle\" should be a duration such as 10s"),
            ("when_busy", "pause", "\"when_busy\" should be \"finish\" or \"stop\", but is \"pause\""),
        ] {
            let file = try folder.write("settings.json5", "{manager_url: 'http://127.0.0.1:1', \(setting): '\(value)'}")
            let (exit, output) = try await agent(command, "--settings", file, "--state-dir", folder.path("state"))
            #expect(exit == .status(78), "\(output)")
            #expect(output.contains("settings.json5: \(sentence)"), "\(output)")
            #expect(output.split(separator: "\n").count == 1, "\(output)")
        }
    }

    /// A folder for `PATH` with something in the place of `loginctl`.
    private func path(_ folder: TemporaryFolder, loginctl script: String) throws -> [String: String] {
        try folder.write("bin/loginctl", "#!/bin/sh\n\(script)\n", executable: true)
        return ["PATH": folder.path("bin") + ":/usr/bin:/bin"]
    }

    @Test("without logind nothing begins, and the doctor says what to do")
    func noLogind() async throws {
        let folder = try TemporaryFolder()
        let problem = "loginctl does not report whether this machine is idle: exit status 1: Failed to connect to bus"
        let environment = try path(folder, loginctl: "echo 'Failed to connect to bus' >&2; exit 1")
        let options = [
            "--manager-url", "http://127.0.0.1:1", "--state-dir", folder.path("state"), "--only-when-idle", "15m",
        ]
        for command in ["check-config", "run"] {
            let (exit, output) = await
                (try RunningProgram(
                    BuiltProducts.path("flamenco-agent"), [command] + options, environment: environment)).end()
            #expect(exit == .status(78), "\(output)")
            #expect(output.contains("flamenco-agent: \"only_when_idle\" needs logind: \(problem)\n"), "\(output)")
        }
        let doctor = await
            (try RunningProgram(BuiltProducts.path("flamenco-agent"), ["doctor"] + options, environment: environment))
            .end()
        #expect(doctor.output.contains(problem), "\(doctor.output)")
        #expect(doctor.output.contains("check that systemd-logind is running, or remove \"only_when_idle\""))
    }

    @Test("a worker sleeps where somebody uses the machine, or outside of its hours, and says why")
    func inUse() async throws {
        let farm = try await TestFarm()
        let environment = try path(farm.folder, loginctl: "cat \(farm.folder.path("hint"))")
        let otherDay = try await output(of: "env", "LC_ALL=C", "date", "--date=3 days", "+%a")
            .filter { $0.isLetter }
        for (hint, hours, state, words) in [
            ("IdleHint=no\nNCurrentSessions=1", "mo-su", "asleep", "takes no tasks: this machine is in use\n"),
            ("IdleHint=no\nNCurrentSessions=0", "mo-su", "awake", "awake for"),
            ("IdleHint=yes\nIdleSinceHintMonotonic=0\nNCurrentSessions=2", "00:00-24:00", "awake", "awake for"),
            ("IdleHint=yes", otherDay, "asleep", "takes no tasks: outside work hours until 20"),
        ] {
            try farm.folder.write("hint", hint + "\n")
            let worker = try RunningProgram(
                BuiltProducts.path("flamenco-agent"),
                [
                    "run", "--manager-url", farm.client.url.description, "--state-dir", farm.folder.path("state"),
                    "--only-when-idle", "1s", "--work-hours", hours,
                ], environment: environment)
            _ = await worker.line(with: "the worker is \(state)")
            let status = try await agent("status", "--state-dir", farm.folder.path("state")).output
            #expect(status.contains(words), "\(status)")
            worker.send(SIGTERM)
            #expect(await worker.exit() == .status(0))
        }
        await farm.stop()
    }
}
