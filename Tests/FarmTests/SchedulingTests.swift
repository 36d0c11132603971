import Farm
import FlamencoAPI
import Testing

@Suite("Scheduling")
struct SchedulingTests {
    @Test("job priority goes before task priority, then age of the job, then place in the job")
    func order() throws {
        var bench = FarmBench([
            "first": [blueprint("a1"), blueprint("a2", priority: 60), blueprint("a3")],
            "second": [blueprint("b1", priority: 60), blueprint("b2")],
            "urgent": [blueprint("c1", priority: 1)],
        ])
        try bench.submit("first")
        try bench.submit("second")
        try bench.submit("urgent", priority: 51)
        let worker = try bench.awake()
        var names: [String] = []
        while let task = try bench.fetch(worker) {
            names.append(task.name)
            try bench.report(worker, task.uuid, .completed)
        }
        #expect(names == ["c1", "a2", "b1", "a1", "a3", "b2"])
    }

    @Test("a changed priority counts from the next task on")
    func priorityChange() throws {
        var bench = FarmBench(["one": [blueprint("a"), blueprint("b")], "two": [blueprint("c")]])
        try bench.submit("one")
        let second = try bench.submit("two")
        try bench.farm.setPriority(ofJob: second.id, to: 90, now: bench.now)
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        #expect(task.name == "c")
        #expect(task.jobPriority == 90)
        #expect(try bench.farm.fetchJob(second.id).submitted.priority == 90)
    }

    @Test("a worker gets only types that it supports")
    func types() throws {
        var bench = FarmBench(["job": [blueprint("render", type: "blender"), blueprint("video", type: "ffmpeg")]])
        try bench.submit("job")
        let misc = try bench.awake("misc")
        let encoder = try bench.awake("encoder", types: ["misc", "ffmpeg"])
        #expect(try bench.fetch(misc) == nil)
        #expect(try bench.fetch(encoder)?.name == "video")
    }

    @Test("a task waits for all that it depends on")
    func dependencies() throws {
        var bench = FarmBench(["job": [blueprint("a"), blueprint("b"), blueprint("c", after: [0, 1, 1])]])
        let job = try bench.submit("job")
        let one = try bench.awake("one")
        let two = try bench.awake("two")
        let first = try #require(try bench.fetch(one))
        let second = try #require(try bench.fetch(two))
        try bench.report(one, first.uuid, .completed)
        #expect(try bench.fetch(one) == nil)
        try bench.report(two, second.uuid, .completed)
        let third = try #require(try bench.fetch(one))
        #expect(third.name == "c")
        #expect(try bench.status(job) == .active)
        try bench.report(one, third.uuid, .completed)
        #expect(try bench.status(job) == .completed)
    }

    @Test("a worker gets the same task until it is finished, also after a new sign-on")
    func sameTaskAgain() throws {
        var bench = FarmBench(["job": [blueprint("a"), blueprint("b")]])
        try bench.submit("job")
        let worker = try bench.awake()
        let first = try #require(try bench.fetch(worker))
        #expect(try bench.fetch(worker) == first)
        #expect(first.status == .active)
        _ = try bench.farm.signOn(
            worker: worker, WorkerSignOn(nickname: "w", supportedTaskTypes: ["misc"], softwareVersion: "2"),
            now: bench.now)
        #expect(try bench.farm.scheduleTask(for: worker, now: bench.now) == .notAwake(.starting))
        try bench.farm.stateChanged(ofWorker: worker, to: .awake, now: bench.now)
        #expect(try bench.fetch(worker)?.uuid == first.uuid)
    }

    @Test("a worker that comes back without the type of its task loses the task")
    func narrowedTypes() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        _ = try bench.fetch(worker)
        _ = try bench.farm.signOn(
            worker: worker, WorkerSignOn(nickname: "w", supportedTaskTypes: ["ffmpeg"], softwareVersion: "2"),
            now: bench.now)
        #expect(try bench.statuses(job) == [.queued])
    }

    @Test(
        "a worker that is not awake gets no task",
        arguments: [WorkerStatus.asleep, .error, .testing, .starting, .offline, .shutdown])
    func notAwake(status: WorkerStatus) throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        try bench.submit("job")
        let worker = try bench.awake()
        try bench.farm.stateChanged(ofWorker: worker, to: status, now: bench.now)
        #expect(try bench.farm.scheduleTask(for: worker, now: bench.now) == .notAwake(status))
    }

    @Test("variables are replaced for the platform of the worker, in what it gets and not in the job")
    func variables() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        bench.farm.variables.set("what", to: "general")
        bench.farm.variables.set("what", to: "of linux", on: "linux")
        try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        #expect(task.commands.first?.parameters["message"] == "of linux")
        #expect(try bench.farm.fetchTask(task.uuid).commands.first?.parameters["message"] == "{what}")
    }
}
