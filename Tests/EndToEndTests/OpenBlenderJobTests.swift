import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

@Suite("Blender that stays open for the tasks of an agent", .timeLimit(.minutes(3)))
struct OpenBlenderJobTests {
    /// In the place of Blender: copies a picture for each frame. Frame 13 is missing although it says that it saved it.
    private static let standIn = """
        #!/usr/bin/env python3
        import json, os, shutil, sys

        open("/proc/self/comm", "w").write("blender")

        def say(text):
            sys.stdout.write(text + "\\n")
            sys.stdout.flush()

        def render(output, frame):
            path = output.replace("######", "%06d" % int(frame)) + ".exr"
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if frame != "13":
                shutil.copy(os.path.join(os.path.dirname(sys.argv[0]), "picture.exr"), path)
            say("Fra:%s Mem:12.77M (Peak 14.53M) | Time:00:00.10 | Mem:2.74M, Peak:2.74M | Scene, ViewLayer" % frame)
            say("Saved: '%s'" % path)
            say(" Time: 00:00.27 (Saving: 00:00.16)")

        sys.stdin.readline()
        first = True
        while line := sys.stdin.readline():
            order = json.loads(line)
            if "mark" not in order:
                break
            say(order["mark"] + json.dumps({"state": "begun"}))
            if first:
                sys.stdin.readline()
            first = False
            render(order["output"], order["frames"])
            say(order["mark"] + json.dumps({"state": "done", "memory": 1}))
        """

    private let farm: TestFarm
    private let name = "open-\(UUID().uuidString)"
    private let blender: String

    init() async throws {
        farm = try await TestFarm("--api", "2022")
        blender = try farm.folder.write("bin/blender", Self.standIn, executable: true)
        try farm.folder.write("bin/picture.exr", bytes: SmallPictures.exr())
        for scene in ["one.blend", "two.blend"] { try farm.folder.write(scene, "") }
    }

    private func agent(_ options: String...) throws -> RunningProgram {
        try farm.startAgent(
            name, options: ["--api", "2022", "--keep-blender-open", "1h", "--asleep-poll-interval", "100ms"] + options)
    }

    /// The Blenders of the agent.
    private var blenders: [String] {
        let files = FileManager.default
        let variable = "FLAMENCO_WORKER_NAME=\(name)"
        return ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).filter { process in
            guard files.contents(atPath: "/proc/\(process)/comm")?.elementsEqual("blender\n".utf8) == true,
                let environment = files.contents(atPath: "/proc/\(process)/environ")
            else { return false }
            return environment.split(separator: 0).contains { $0.elementsEqual(variable.utf8) }
        }
    }

    /// Has a job render these frames, a task each; returns how it ended, with the logs of its tasks.
    @discardableResult
    private func render(
        _ frames: String, with blender: String? = nil, scene: String = "one.blend", into folder: String = "frames"
    ) async throws -> (status: JobStatus, logs: [String]) {
        let settings: JobSettings = [
            "blender_cmd": .string(blender ?? self.blender), "filepath": .string(farm.folder.path(scene)),
            "render_output": .string(farm.folder.path("\(folder)/######")), "frames": .string(frames), "chunk_size": 1,
            "fps": 24, "extract_audio": false, "images_or_video": "images", "format": "OPEN_EXR",
            "output_file_extension": ".exr",
        ]
        let type = "simple-blender-render"
        let id = try await farm.client.submit(SubmittedJob(name: "n", type: type, settings: settings)).id
        var status = JobStatus.queued
        try await until(every: .milliseconds(20)) {
            status = try await farm.client.job(id).status
            return status == .completed || status == .failed
        }
        let tasks = try await farm.client.send(.fetchJobTasks, id, expecting: JobTasksSummary.self).tasks
        var logs: [String] = []
        for task in tasks where tasks.count < 10 { logs.append(try await farm.client.text(.fetchTaskLog, task.id)) }
        return (status, logs)
    }

    private func pause(_ command: String) async throws {
        let words = [command, "--state-dir", farm.folder.path(name)]
        #expect(await (try RunningProgram(BuiltProducts.path("flamenco-agent"), words)).end().exit == .status(0))
    }

    /// Requests a state of the worker and waits until the worker has confirmed it: a request that comes before that would
    /// cancel this one.
    private func request(_ status: WorkerStatus) async throws {
        let worker = try #require(try await farm.client.send(.fetchWorkers, expecting: WorkerList.self).workers.first)
        try await farm.client.send(
            .requestWorkerStatusChange, worker.id, body: WorkerStatusChangeRequest(status: status))
        try await until {
            try await farm.client.send(.fetchWorkers, expecting: WorkerList.self).workers.first?.status == status
        }
    }

    @Test("it renders the next task too, and ends with the agent, however that ends", arguments: [SIGTERM, SIGKILL])
    func endsWithAgent(signal: Int32) async throws {
        let agent = try agent()
        try await makeScene(at: farm.folder.path("demo.blend"))
        let (status, logs) = try await render("1-2", with: "blender", scene: "demo.blend")
        #expect(status == .completed, "\(logs)\n\(agent.output)")
        #expect(logs.count { $0.contains("\nblender is still open: it is not started again\n") } == 1, "\(logs)")
        #expect(logs.count { $0.contains("\nBlender ") } == 1, "\(logs)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: farm.folder.path("frames")).count == 2)
        #expect(blenders.count == 1)
        let shown = try RunningProgram(
            BuiltProducts.path("flamenco-agent"), ["status", "--state-dir", farm.folder.path(name)])
        let row = await shown.end().output.split(separator: "\n").first { $0.hasPrefix("stays open ") }
        #expect(row?.contains("blender (process \(blenders.first ?? "?")) for the next task, ") == true)
        agent.send(signal)
        _ = await agent.exit()
        if signal == SIGKILL { try await until { blenders.isEmpty } }
        #expect(blenders.isEmpty)
        await farm.stop()
    }

    @Test("it is closed for another job, after a failure, in a pause, for a manager that wants sleep, without storage")
    func closed() async throws {
        let storage = try farm.folder.write("storage/file", "")
        let agent = try agent("--required-paths", storage)
        #expect(try await render("1-2").logs.count { $0.contains("still open") } == 1)
        let first = blenders
        try await render("3", scene: "two.blend")
        #expect(first.count == 1 && blenders.count == 1 && blenders != first)
        #expect(try await render("13").status == .failed)
        try await until { blenders.isEmpty }

        for (sleep, wakeUp) in [
            ({ try await pause("pause") }, { try await pause("resume") }),
            ({ try await request(.asleep) }, { try await request(.awake) }),
        ] as [(() async throws -> Void, () async throws -> Void)] {
            try await render("4")
            #expect(blenders.count == 1)
            try await sleep()
            try await until { blenders.isEmpty }
            try await wakeUp()
        }
        try await render("5")
        #expect(blenders.count == 1)
        try FileManager.default.removeItem(atPath: storage)
        try await until { blenders.isEmpty }
        await farm.stop(agent)
    }

    @Test("after 200 tasks the agent has no more memory and no more open files than before")
    func many() async throws {
        let agent = try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            [
                "run", "--manager-url", farm.client.url.description, "--state-dir", farm.folder.path(name),
                "--worker-name", name, "--keep-blender-open", "1h", "--task-poll-interval", "100ms", "--kept-tasks",
                "9",
            ], environment: ["MALLOC_ARENA_MAX": "1"])
        #expect(try await render("20-169", into: "first").status == .completed)
        let before = try inventory(of: agent)
        #expect(try await render("20-219", into: "second").status == .completed)
        let after = try inventory(of: agent)
        #expect(blenders.count == 1)
        #expect(after.descriptors == before.descriptors)
        #expect(after.memory - before.memory < 400, "\(before) before, \(after) after")
        await farm.stop(agent)
        #expect(try FileManager.default.contentsOfDirectory(atPath: farm.folder.path("second")).count == 200)
    }

    /// Descriptors open, and KiB of memory that no file has.
    private func inventory(of agent: RunningProgram) throws -> (descriptors: Int, memory: Int) {
        let memory = try String(contentsOfFile: "/proc/\(agent.pid)/smaps_rollup", encoding: .utf8)
        let anonymous = try #require(memory.firstMatch(of: #/Anonymous: +(\d+) kB/#)?.1)
        return (
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(agent.pid)/fd").count,
            try #require(Int(anonymous))
        )
    }
}
