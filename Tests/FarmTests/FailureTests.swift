import Farm
import FlamencoAPI
import Testing

@Suite("Failures and silence")
struct FailureTests {
    @Test("a task is tried by three workers, then it and its job have failed")
    func threeWorkers() throws {
        var bench = FarmBench(["job": [blueprint("a"), blueprint("b", after: [0]), blueprint("c")]])
        let job = try bench.submit("job")
        let workers = try ["one", "two", "three", "four"].map { try bench.awake($0) }
        for (tries, worker) in workers.prefix(3).enumerated() {
            let task = try #require(try bench.fetch(worker))
            #expect(task.name == "a")
            try bench.report(worker, task.uuid, .failed)
            #expect(try bench.statuses(job)[0] == (tries < 2 ? .softFailed : .failed))
            // An answer that was lost: the worker says it again.
            try bench.report(worker, task.uuid, .failed)
            let failed = try bench.farm.fetchTask(task.uuid).failedByWorkers?.map(\.name)
            #expect(failed?.count == tries + 1)
        }
        #expect(try bench.statuses(job) == [.failed, .canceled, .canceled])
        #expect(try bench.status(job) == .failed)
        #expect(try bench.fetch(workers[3]) == nil)
    }

    @Test("a task has failed for good when nobody else supports its type")
    func onlyWorker() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        _ = try bench.awake("other", types: ["ffmpeg"])
        try bench.report(worker, try #require(try bench.fetch(worker)).uuid, .failed)
        #expect(try bench.status(job) == .failed)
    }

    @Test("a worker does not get a task again at which it failed; an absent one is waited for, but not for ever")
    func absentWorker() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        let other = try bench.awake("other")
        try bench.farm.signOff(worker: other, now: bench.now)
        try bench.report(worker, try #require(try bench.fetch(worker)).uuid, .failed)
        #expect(try bench.statuses(job) == [.softFailed])
        #expect(try bench.fetch(worker) == nil)
        bench.wait(600)
        _ = try bench.farm.requestedState(ofWorker: worker, now: bench.now)
        #expect(bench.farm.sweep(now: bench.now).isEmpty)
        bench.wait(1)
        #expect(!bench.farm.sweep(now: bench.now).isEmpty)
        #expect(try bench.status(job) == .failed)
    }

    @Test("a worker that failed at three tasks of a type in a job gets no more of them, in this job")
    func blocklist() throws {
        let tasks = (0..<5).map { blueprint("t\($0)") }
        var bench = FarmBench(["job": tasks + [blueprint("v", type: "ffmpeg")], "other": [blueprint("o")]])
        let job = try bench.submit("job")
        let bad = try bench.awake("bad", types: ["misc", "ffmpeg"])
        let good = try bench.awake("good")
        for _ in 0..<3 { try bench.report(bad, try #require(try bench.fetch(bad)).uuid, .failed) }
        let video = try #require(try bench.fetch(bad))
        #expect(video.name == "v")
        try bench.report(bad, video.uuid, .completed)
        #expect(try bench.fetch(bad) == nil)
        try bench.submit("other")
        #expect(try bench.fetch(bad)?.name == "o")
        var done: [String] = []
        while let task = try bench.fetch(good) {
            done.append(task.name)
            try bench.report(good, task.uuid, .completed)
        }
        #expect(done == ["t0", "t1", "t2", "t3", "t4"])
        #expect(try bench.status(job) == .completed)
    }

    @Test("when a job has failed, what runs is to stop, and a frame that was done all the same counts")
    func runningTasksOfFailedJob() throws {
        var bench = FarmBench(["job": [blueprint("a"), blueprint("b"), blueprint("c")]])
        let job = try bench.submit("job")
        let workers = try ["one", "two"].map { try bench.awake($0) }
        let tasks = try workers.map { try #require(try bench.fetch($0)) }
        try bench.farm.setStatus(ofTask: tasks[0].uuid, TaskStatusChange(status: .failed), now: bench.now)
        #expect(try bench.statuses(job) == [.failed, .canceled, .canceled])
        #expect(try bench.farm.mayRun(task: tasks[1].uuid, worker: workers[1], now: bench.now).mayKeepRunning == false)
        try bench.report(workers[1], tasks[1].uuid, .completed)
        #expect(try bench.statuses(job) == [.failed, .completed, .canceled])
        #expect(try bench.status(job) == .failed)
    }

    @Test("a worker that never came to work is not one that could try again")
    func neverThere() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        _ = try bench.register("other")
        try bench.report(worker, try #require(try bench.fetch(worker)).uuid, .failed)
        #expect(try bench.status(job) == .failed)
    }

    @Test("a worker that is silent for a minute is lost, and its task goes to another")
    func lostWorker() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        try bench.submit("job")
        let silent = try bench.awake("silent")
        let other = try bench.awake("other")
        let task = try #require(try bench.fetch(silent))
        bench.wait(60)
        _ = try bench.farm.requestedState(ofWorker: other, now: bench.now)
        #expect(bench.farm.sweep(now: bench.now).isEmpty)
        bench.wait(1)
        let events = bench.farm.sweep(now: bench.now)
        #expect(events.map(\.status) == ["queued", "error"])
        #expect(try bench.fetch(other)?.uuid == task.uuid)
        #expect(refusal { try bench.report(silent, task.uuid, .completed) } == .conflict)
        // It is heard of again, and told to stop what it does.
        #expect(try bench.farm.requestedState(ofWorker: silent, now: bench.now)?.statusRequested == .awake)
        try bench.farm.stateChanged(ofWorker: silent, to: .awake, now: bench.now)
        #expect(try bench.farm.requestedState(ofWorker: silent, now: bench.now) == nil)
    }

    @Test("a worker that was lost asleep is asleep when it is heard of again")
    func lostAsleep() throws {
        var bench = FarmBench()
        let worker = try bench.awake()
        try bench.farm.stateChanged(ofWorker: worker, to: .asleep, now: bench.now)
        bench.wait(100)
        _ = bench.farm.sweep(now: bench.now)
        #expect(try bench.farm.fetchWorker(worker).summary.status == .error)
        #expect(bench.farm.sweep(now: bench.now).isEmpty)
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now) == nil)
        #expect(try bench.farm.fetchWorker(worker).summary.status == .asleep)
    }

    @Test("a task without an update for ten minutes has failed at its worker, however often that asks for its state")
    func stuckTask() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        let other = try bench.awake("other")
        let task = try #require(try bench.fetch(worker))
        bench.wait(300)
        try bench.report(worker, task.uuid, log: "still at it\n")
        bench.wait(600)
        _ = try bench.farm.requestedState(ofWorker: worker, now: bench.now)
        _ = bench.farm.sweep(now: bench.now)
        #expect(try bench.statuses(job) == [.active])
        bench.wait(1)
        _ = try bench.farm.requestedState(ofWorker: worker, now: bench.now)
        _ = try bench.farm.requestedState(ofWorker: other, now: bench.now)
        _ = bench.farm.sweep(now: bench.now)
        #expect(try bench.statuses(job) == [.softFailed])
        #expect(try bench.farm.fetchTask(task.uuid).activity == "no update from worker w for 600 s")
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now)?.statusRequested == .awake)
    }
}
