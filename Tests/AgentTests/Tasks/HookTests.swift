import ExecutorKit
import FarmSupport
import FlamencoAPI
import Foundation
import Spool
import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite("Hooks", .timeLimit(.minutes(1)))
struct HookTests {
    private let folder: TemporaryFolder
    private let recorder = CommandRecorder()
    private let task = AssignedTask(
        uuid: "f0c1e0a6-0b9e-4d0c-9f3f-6a2d4a1f9f10", job: "b0c1e0a6-0b9e-4d0c-9f3f-6a2d4a1f9f10", name: "shot 3",
        status: .active, priority: 50, jobPriority: 50, jobType: "render", taskType: "blender",
        commands: [Command(name: "exec", parameters: ["exe": "true"])])

    init() throws { folder = try TemporaryFolder() }

    private func hooks(_ text: String) throws -> Hooks {
        let options = ["manager_url": "http://m", "hooks": text]
        return try Settings(SettingsInput(options: options, environment: [:], file: nil), machineName: "n").hooks
    }

    /// A runner of these hooks; each is a line of shell, by its name.
    private func runner(
        _ lines: [String: String], more: [String: JSONValue] = [:], log: Log = .silent,
        _ change: (inout ProgramRunner) -> Void = { _ in }
    ) throws -> HookRunner {
        var programs = ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"))
        programs.defaults.gracePeriod = .milliseconds(200)
        programs.defaults.workingDirectory = folder.url.path
        change(&programs)
        let members = lines.mapValues { line in
            JSONValue.object(more.merging(["run": .array(["/bin/sh", "-c", .string(line)])]) { $1 })
        }
        return HookRunner(try hooks(JSONValue.object(members).description), programs: programs, log: log)
    }

    // MARK: Settings

    @Test("are programs, or objects that say more")
    func settings() throws {
        let hooks = try hooks(
            #"{"before_task": "/x/before", "after_task": {"run": ["notify", "a b"], "as": "programs", "time_limit": "2m"}, "#
                + #""when_idle": {"after": "10m", "run": "/x/idle"}}"#)
        #expect(hooks.all.map(\.moment) == [.beforeTask, .afterTask, .whenIdle])
        let before = try #require(hooks[.beforeTask])
        #expect(before.command == ["/x/before"] && before.user == .agent && before.timeLimit == .seconds(60))
        let after = try #require(hooks[.afterTask])
        #expect(after.command == ["notify", "a b"] && after.user == .programs && after.timeLimit == .seconds(120))
        let idle = try #require(hooks[.whenIdle])
        #expect(idle.idleTime == .seconds(600) && idle.timeLimit == nil)
        #expect(hooks[.onStop] == nil)
    }

    @Test("close the program that is still open first")
    func keptProgram() async throws {
        var programs: ProgramRunner?
        let runner = try runner(["after_task": "true"]) {
            $0.defaults.keepsOpen = KeepOpen(for: .seconds(3600), memory: .max)
            programs = $0
        }
        let program = Program(
            "/bin/sh",
            [
                "-c",
                #"read -r mark line; echo "$mark {\"state\": \"begun\"}"; read -r go; echo "$mark {\"state\": \"done\"}"; read -r end"#,
            ])
        let order = OpenOrder(program: program, alone: program, files: []) { "\($0) do it\n" }
        let running = try #require(programs)
        _ = try await running.run(order, files: [], sink: recorder.sink, privateLines: nil, onLine: nil)
        #expect(running.kept.waiting != nil && running.running.count == 1)
        await runner.afterTask(task, .completed, sink: recorder.sink)
        #expect(running.kept.waiting == nil && running.running.isEmpty)
    }

    @Test(
        "that are wrong are named",
        arguments: [
            (
                #"["x"]"#,
                "--hooks should be an object of programs such as {\"before_task\": \"/etc/flamenco-agent/before\"}, but is \"[\"x\"]\""
            ),
            (#"{"before_tsk": "/x"}"#, "--hooks: there is no \"hooks.before_tsk\"; did you mean \"before_task\"?"),
            (#"{"on_start": {"rum": "/x"}}"#, "--hooks: there is no \"hooks.on_start.rum\"; did you mean \"run\"?"),
            (
                #"{"on_start": {"run": "/x", "after": "1m"}}"#,
                "--hooks: there is no \"hooks.on_start.after\"; there are run, as, time_limit"
            ),
            (
                #"{"on_start": {}}"#,
                "--hooks: \"hooks.on_start.run\" is missing: it should be a program such as \"/etc/flamenco-agent/before\", or a list of it and its arguments"
            ),
            (
                #"{"on_start": {"run": [1]}}"#,
                "--hooks: \"hooks.on_start.run\" should be a program such as \"/etc/flamenco-agent/before\", or a list of it and its arguments, but is [1]"
            ),
            (
                #"{"on_start": "bin/x"}"#,
                "--hooks: \"hooks.on_start.run\" should be an absolute path or a name in PATH, but is \"bin/x\""
            ),
            (
                #"{"on_start": {"run": "/x", "as": "root"}}"#,
                "--hooks: \"hooks.on_start.as\" should be \"agent\" or \"programs\", but is \"root\""
            ),
            (
                #"{"on_start": {"run": "/x", "time_limit": "soon"}}"#,
                "--hooks: \"hooks.on_start.time_limit\" should be a duration such as 10s, 2m or 500ms of at least 1 ms, but is \"soon\""
            ),
            (
                #"{"when_idle": "/x"}"#,
                "--hooks: \"hooks.when_idle.after\" is missing: it should be a duration such as 10m"
            ),
        ])
    func wrong(text: String, sentence: String) throws {
        #expect(throws: SettingsError(sentence)) { try hooks(text) }
    }

    // MARK: Around a task

    @Test("get the task as JSON and as variables, and print into its log")
    func document() async throws {
        let hooks = try runner(["before_task": "cat; env"]) {
            $0.defaults.taskVariables = ["FLAMENCO_WORKER_NAME": "node7"]
            $0.defaults.operatorVariables = ["LICENSE": "4101@lic1"]
            // It is about what jobs name.
            $0.policy = NodePolicy(allowedExecutables: ["/opt"])
        }
        try await hooks.beforeTask(task, sink: recorder.sink)
        let lines = recorder.lines
        #expect(lines[0] == "hook before_task" && lines[1].hasPrefix("> /bin/sh -c"))
        let json = try WireJSON.decode(JSONValue.self, from: Data(lines[2].utf8))
        #expect(json["hook"] == "before_task" && json["task"]?["name"] == "shot 3" && json["job"]?["type"] == "render")
        #expect(json["task"]?["commands"] == [["name": "exec", "parameters": ["exe": "true"], "total_step_count": 0]])
        for line in [
            "FLAMENCO_HOOK=before_task", "FLAMENCO_TASK_NAME=shot 3", "FLAMENCO_JOB_ID=\(task.job)",
            "FLAMENCO_WORKER_NAME=node7", "LICENSE=4101@lic1",
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test("before a task let it run, give it back, or fail it")
    func before() async throws {
        try await runner(["before_task": "exit 0"]).beforeTask(task, sink: recorder.sink)
        await #expect(
            throws: TaskGivenBackError(reason: "hook before_task: exit status 75: no license is free")
        ) {
            try await runner(["before_task": "echo no license is free; exit 75"]).beforeTask(task, sink: recorder.sink)
        }
        await #expect(throws: TaskFailedError(reason: "hook before_task failed: exit status 3: too old")) {
            try await runner(["before_task": "echo too old; exit 3"]).beforeTask(task, sink: recorder.sink)
        }
        await #expect(throws: TaskGivenBackError(reason: "hook before_task: stopped after its time limit of 50 ms")) {
            try await runner(["before_task": "sleep 1000"], more: ["time_limit": "50ms"])
                .beforeTask(task, sink: recorder.sink)
        }
        let missing = HookRunner(
            try hooks(#"{"before_task": "/nowhere/hook"}"#),
            programs: ProgramRunner(supervisor: BuiltProducts.path("task-supervisor")), log: .silent)
        await #expect(
            throws: TaskGivenBackError(
                reason: "hook before_task: could not start /nowhere/hook: no such file or directory")
        ) { try await missing.beforeTask(task, sink: recorder.sink) }
    }

    @Test("after a task are told how it ended, run even when it was stopped, and only warn")
    func after() async throws {
        let hooks = try runner(["after_task": "cat; echo $FLAMENCO_TASK_OUTCOME: $FLAMENCO_TASK_REASON; exit 4"])
        let stopped = Task {
            while !Task.isCancelled { await Task.yield() }
            await hooks.afterTask(task, .failed(reason: "out of memory"), sink: recorder.sink)
        }
        stopped.cancel()
        await stopped.value
        let lines = recorder.lines
        let json = try WireJSON.decode(JSONValue.self, from: Data(lines[2].utf8))
        #expect(json["outcome"] == ["status": "failed", "reason": "out of memory"])
        #expect(lines[3] == "failed: out of memory")
        #expect(recorder.activities == ["warning: hook after_task failed: exit status 4: failed: out of memory"])
    }

    @Test("after a task that was stopped have the grace period", .timeLimit(.minutes(1)))
    func afterStopped() async throws {
        let hooks = try runner(["after_task": "sleep 1000"])
        let stopped = Task {
            while !Task.isCancelled { await Task.yield() }
            await hooks.afterTask(task, .lost, sink: recorder.sink)
        }
        stopped.cancel()
        await stopped.value
        #expect(recorder.log.contains("stopped after its time limit of 200 ms"))
    }

    @Test("run as the agent, or as its programs", .enabled(if: geteuid() == 0))
    func users() async throws {
        for (user, name) in [("agent", "root"), ("programs", "nobody")] {
            let hooks = try runner(["before_task": "id -un"], more: ["as": .string(user)]) {
                $0.defaults.user = ProgramUser(named: "nobody")
                $0.defaults.workingDirectory = "/"
            }
            try await hooks.beforeTask(task, sink: recorder.sink)
            #expect(recorder.lines.last { !$0.isEmpty && !$0.hasPrefix("<") } == name)
        }
    }

    // MARK: In a farm

    private func text(of name: String, in farm: LiveFarm) -> String {
        (try? String(contentsOfFile: farm.folder.path(name), encoding: .utf8)) ?? ""
    }

    @Test("before a task with status 75 leave it to whoever asks next, and the outcome is told afterwards")
    func givenBack() async throws {
        let farm = try LiveFarm()
        let once = farm.folder.path("once")
        let hooks: JSONValue = [
            "before_task": ["run": ["/bin/sh", "-c", .string("mkdir \(once) && exit 75; exit 0")]],
            "after_task": [
                "run": ["/bin/sh", "-c", .string("echo $FLAMENCO_TASK_OUTCOME >> \(farm.folder.path("outcomes"))")]
            ],
        ]
        let worker = try await farm.agent(options: ["hooks": hooks.description])
        let running = Task { await worker.run() }
        let job = try await farm.submit([["true"]])
        try await until { try await farm.status(of: job) == .completed }
        let failing = try await farm.submit([["false"]])
        try await until { try await farm.status(of: failing) == .failed }
        worker.tell(.terminate)
        _ = await running.value
        let outcomes = text(of: "outcomes", in: farm).split(separator: "\n")
        #expect(outcomes.prefix(3) == ["given-back", "completed", "failed"])
    }

    @Test("run once when there was no task for a while, and again after the next")
    func idle() async throws {
        let farm = try LiveFarm()
        let file = farm.folder.path("idle")
        let hooks: JSONValue = [
            "when_idle": ["after": "20ms", "run": ["/bin/sh", "-c", .string("echo idle >> \(file); exec sleep 1000")]]
        ]
        let worker = try await farm.agent(options: ["hooks": hooks.description, "grace_period": "100ms"])
        let running = Task { await worker.run() }
        try await until { text(of: "idle", in: farm) == "idle\n" }
        #expect(worker.inspection.status().openProgram == nil, "a hook is no program that waits for a task")
        // What still runs is stopped for the task.
        let job = try await farm.submit([["true"]])
        try await until { try await farm.status(of: job) == .completed }
        try await until { text(of: "idle", in: farm) == "idle\nidle\n" }
        worker.tell(.terminate)
        _ = await running.value
        #expect(worker.inspection.status().task == nil)
    }

    @Test("when_idle is not for a node that somebody needs")
    func idleNode() async throws {
        let farm = try LiveFarm()
        let clock = ManualClock()
        let hooks: JSONValue = ["when_idle": ["after": "1h", "run": "true"]]
        let worker = try await farm.agent(options: ["hooks": hooks.description], clock: clock)
        let running = Task { await worker.run() }
        func isWaiting() -> Bool { clock.pendingSleeps.contains(.seconds(3600)) }
        try await until { isWaiting() }
        _ = worker.availability.perform(NodeCommand(.pause, by: "alice"), hasTask: false)
        try await until { !isWaiting() }
        _ = worker.availability.perform(NodeCommand(.resume, by: "alice"), hasTask: false)
        try await until { isWaiting() }
        worker.tell(.terminate)
        #expect(await running.value == .stop)
    }

    @Test("at the start and at the end print into the agent's log")
    func startAndStop() async throws {
        let lines = Mutex<[String]>([])
        let log = Log { entry in lines.withLock { $0.append("\(entry.level) \(entry.message)") } }
        let hooks = try runner(["on_start": "echo warm", "on_stop": "echo cold; exit 9"], log: log)
        try await hooks.onStart()
        await hooks.onStop()
        #expect(
            lines.withLock(\.self) == [
                "info running hook on_start", "info hook on_start: warm", "info running hook on_stop",
                "info hook on_stop: cold",
                "warning hook on_stop failed: exit status 9: cold",
            ])
    }
}
