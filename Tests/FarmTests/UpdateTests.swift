import Farm
import FlamencoAPI
import Testing

@Suite("Task updates")
struct UpdateTests {
    @Test("log is appended, activity replaced, an empty update is taken")
    func words() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        for update in [
            TaskUpdate(taskStatus: .active, activity: "starting", log: "one\n"), TaskUpdate(),
            TaskUpdate(log: "zwei: ü\n"), TaskUpdate(activity: "frame 2"),
        ] {
            try bench.farm.update(task: task.uuid.uppercased(), from: worker, update, now: bench.now)
        }
        #expect(try bench.farm.fetchLog(ofTask: task.uuid).log.text == "one\nzwei: ü\n")
        #expect(try bench.farm.fetchTask(task.uuid).activity == "frame 2")
        #expect(try bench.farm.fetchTask(task.uuid).status == .active)
    }

    @Test("a final status may come again, and changes nothing; another one is refused")
    func repeated() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        try bench.report(worker, task.uuid, .completed, log: "end\n")
        let before = bench.farm
        try bench.report(worker, task.uuid, .completed, log: "end\n")
        #expect(bench.farm == before)
        #expect(refusal { try bench.report(worker, task.uuid, .failed) } == .conflict)
        #expect(refusal { try bench.report(worker, task.uuid, .active) } == .conflict)
        #expect(try bench.status(job) == .completed)
    }

    @Test(
        "any state that there is may be reported, and takes the task from its worker",
        arguments: [TaskStatus.queued, .softFailed, .canceled, .paused])
    func unusualStatus(status: TaskStatus) throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        try bench.report(worker, task.uuid, status)
        #expect(try bench.statuses(job) == [status])
        #expect(try bench.farm.mayRun(task: task.uuid, worker: worker, now: bench.now).mayKeepRunning == false)
    }

    @Test("late word counts until another worker has the task, and gives it back to one that goes on with it")
    func lateWord() throws {
        var bench = FarmBench(["job": [blueprint("a"), blueprint("b")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        bench.wait(61)
        _ = bench.farm.sweep(now: bench.now)
        #expect(try bench.statuses(job) == [.queued, .queued])
        try bench.report(worker, task.uuid, .active, log: "still here\n")
        #expect(try bench.statuses(job) == [.active, .queued])
        #expect(try bench.farm.mayRun(task: task.uuid, worker: worker, now: bench.now).mayKeepRunning)
        try bench.farm.signOff(worker: worker, now: bench.now)
        try bench.report(worker, task.uuid, .completed)
        #expect(try bench.statuses(job) == [.completed, .queued])
    }

    @Test("a state that there is not is refused", arguments: [TaskStatus.unknown("lost"), .unknown("")])
    func unknownStatus(status: TaskStatus) throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        #expect(refusal { try bench.report(worker, task.uuid, status) } == .badRequest)
        #expect(try bench.statuses(job) == [.active])
    }

    @Test("an update of another's task, of no task, of no identity")
    func strangers() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        try bench.submit("job")
        let worker = try bench.awake()
        let other = try bench.awake("other")
        let task = try #require(try bench.fetch(worker))
        #expect(refusal { try bench.report(other, task.uuid, .completed) } == .conflict)
        #expect(refusal { try bench.report(other, other, .completed) } == .notFound)
        #expect(refusal { try bench.report(other, "../../etc", .completed) } == .badRequest)
    }

    @Test("the log of a second try follows on the first, with a line between")
    func secondTry() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        try bench.submit("job")
        let one = try bench.awake("one")
        let two = try bench.awake("two")
        let task = try #require(try bench.fetch(one))
        try bench.report(one, task.uuid, .failed, log: "oh no\n")
        _ = try bench.fetch(two)
        try bench.report(two, task.uuid, .completed, log: "fine\n")
        #expect(
            try bench.farm.fetchLog(ofTask: task.uuid).log.text == "oh no\n\n--- attempt 2, worker two ---\nfine\n")
    }

    @Test(
        "late word of a lost worker counts while nobody else has its task", arguments: [TaskStatus.completed, .failed])
    func lateWord(status: TaskStatus) throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let one = try bench.awake("one")
        _ = try bench.awake("two")
        let task = try #require(try bench.fetch(one))
        bench.wait(61)
        _ = bench.farm.sweep(now: bench.now)
        #expect(try bench.statuses(job) == [.queued])
        // What says nothing of an end does not: this is how a worker of 2022 hears that it should stop.
        #expect(refusal { try bench.report(one, task.uuid, log: "more\n") } == .conflict)
        #expect(try bench.statuses(job) == [.queued])
        try bench.report(one, task.uuid, status, log: "the rest\n")
        #expect(try bench.statuses(job) == [status == .completed ? .completed : .softFailed])
        #expect(try bench.farm.fetchLog(ofTask: task.uuid).log.text == "the rest\n")
        // Once more, since the answer was lost.
        try bench.report(one, task.uuid, status)
    }

    @Test("late word of a lost worker is refused once another worker has its task")
    func tooLate() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let one = try bench.awake("one")
        let task = try #require(try bench.fetch(one))
        bench.wait(61)
        _ = bench.farm.sweep(now: bench.now)
        let two = try bench.awake("two")
        #expect(try bench.fetch(two)?.uuid == task.uuid)
        #expect(refusal { try bench.report(one, task.uuid, .completed) } == .conflict)
        #expect(try bench.statuses(job) == [.active])
    }

    @Test(
        "a manager that begins to listen gives those that were silent before five minutes, and others no more than ever"
    )
    func startGrace() throws {
        var bench = FarmBench(["job": [blueprint("a"), blueprint("b")]])
        let job = try bench.submit("job")
        let one = try bench.awake("one")
        _ = try bench.fetch(one)
        bench.wait(3600)
        bench.farm.listen(from: bench.now)
        let two = try bench.awake("two")
        _ = try bench.fetch(two)
        _ = bench.farm.sweep(now: bench.now)
        #expect(try bench.statuses(job) == [.active, .active])
        bench.wait(299)
        _ = bench.farm.sweep(now: bench.now)
        #expect(try bench.statuses(job) == [.active, .queued])
        bench.wait(2)
        _ = bench.farm.sweep(now: bench.now)
        #expect(try bench.statuses(job) == [.queued, .queued])
    }
}
