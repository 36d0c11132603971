import Farm
import FlamencoAPI
import Testing

@Suite("What people do with jobs and tasks")
struct JobControlTests {
    @Test("a cancelled job hands nothing out, and its workers are told to stop until they have")
    func cancel() throws {
        var bench = FarmBench(["job": [blueprint("a"), blueprint("b")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        try bench.farm.setStatus(ofJob: job.id, JobStatusChange(status: .cancelRequested), now: bench.now)
        #expect(try bench.status(job) == .canceled)
        #expect(try bench.statuses(job) == [.canceled, .canceled])
        for _ in 0..<2 {
            #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now)?.statusRequested == .awake)
        }
        #expect(refusal { try bench.report(worker, task.uuid, log: "more") } == .conflict)
        #expect(try bench.farm.mayRun(task: task.uuid, worker: worker, now: bench.now).mayKeepRunning == false)
        #expect(try bench.statuses(job) == [.canceled, .canceled])
        try bench.farm.stateChanged(ofWorker: worker, to: .awake, now: bench.now)
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now) == nil)
        #expect(try bench.fetch(worker) == nil)
    }

    @Test("a worker that asks for a task has stopped the cancelled one")
    func stoppedByAnswer() throws {
        var bench = FarmBench(["job": [blueprint("a")], "next": [blueprint("n")]])
        let job = try bench.submit("job")
        try bench.submit("next")
        let worker = try bench.awake()
        _ = try bench.fetch(worker)
        try bench.farm.setStatus(ofJob: job.id, JobStatusChange(status: .cancelRequested), now: bench.now)
        #expect(try bench.fetch(worker)?.name == "n")
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now) == nil)
    }

    @Test("a job that is queued again keeps what was completed; one that was completed begins anew")
    func requeue() throws {
        var bench = FarmBench(["job": [blueprint("a"), blueprint("b"), blueprint("c", after: [0, 1])]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        try bench.report(worker, try #require(try bench.fetch(worker)).uuid, .completed)
        try bench.report(worker, try #require(try bench.fetch(worker)).uuid, .failed)
        #expect(try bench.status(job) == .failed)
        try bench.farm.setStatus(ofJob: job.id, JobStatusChange(status: .requeued), now: bench.now)
        #expect(try bench.statuses(job) == [.completed, .queued, .queued])
        for name in ["b", "c"] {
            let task = try #require(try bench.fetch(worker))
            #expect(task.name == name)
            try bench.report(worker, task.uuid, .completed)
        }
        #expect(try bench.status(job) == .completed)
        try bench.farm.setStatus(ofJob: job.id, JobStatusChange(status: .queued), now: bench.now)
        #expect(try bench.status(job) == .completed)
        try bench.farm.setStatus(ofJob: job.id, JobStatusChange(status: .requeueing), now: bench.now)
        #expect(try bench.statuses(job) == [.queued, .queued, .queued])
        #expect(try bench.status(job) == .queued)
        #expect(try bench.fetch(worker)?.name == "a")
    }

    @Test("a job that is to pause lets its running task end, and goes on when it is queued anew")
    func pause() throws {
        var bench = FarmBench(["job": [blueprint("a"), blueprint("b")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        try bench.farm.setStatus(ofJob: job.id, JobStatusChange(status: .pauseRequested), now: bench.now)
        #expect(try bench.status(job) == .pauseRequested)
        #expect(try bench.statuses(job) == [.active, .paused])
        try bench.report(worker, task.uuid, .completed)
        #expect(try bench.status(job) == .paused)
        #expect(try bench.fetch(worker) == nil)
        try bench.farm.setStatus(ofJob: job.id, JobStatusChange(status: .requeueing), now: bench.now)
        #expect(try bench.statuses(job) == [.completed, .queued])
        #expect(try bench.fetch(worker)?.name == "b")
    }

    @Test("a paused job hands nothing out though its tasks stay queued, and goes on when it is active again")
    func hold() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        try bench.farm.setStatus(ofJob: job.id, JobStatusChange(status: .paused), now: bench.now)
        #expect(try bench.statuses(job) == [.queued])
        #expect(try bench.fetch(worker) == nil)
        try bench.farm.setStatus(ofJob: job.id, JobStatusChange(status: .active), now: bench.now)
        #expect(try bench.fetch(worker)?.name == "a")
    }

    @Test("when the worker of a job that is to pause goes, the job is paused")
    func pauseWithoutWorker() throws {
        var bench = FarmBench(["job": [blueprint("a"), blueprint("b")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        _ = try bench.fetch(worker)
        try bench.farm.setStatus(ofJob: job.id, JobStatusChange(status: .pauseRequested), now: bench.now)
        try bench.farm.signOff(worker: worker, now: bench.now)
        #expect(try bench.status(job) == .paused)
        #expect(try bench.statuses(job) == [.paused, .paused])
    }

    @Test("tasks that depend on a cancelled one wait for it to be queued again")
    func cancelTask() throws {
        var bench = FarmBench([
            "job": [blueprint("a"), blueprint("b", after: [0]), blueprint("c", after: [1]), blueprint("d")]
        ])
        let job = try bench.submit("job")
        let tasks = try bench.farm.fetchTasks(ofJob: job.id).tasks
        try bench.farm.setStatus(ofTask: tasks[0].id, TaskStatusChange(status: .canceled), now: bench.now)
        #expect(try bench.statuses(job) == [.canceled, .queued, .queued, .queued])
        let worker = try bench.awake()
        try bench.report(worker, try #require(try bench.fetch(worker)).uuid, .completed)
        #expect(try bench.fetch(worker) == nil)
        #expect(try bench.status(job) == .active)
        try bench.farm.setStatus(ofTask: tasks[0].id, TaskStatusChange(status: .queued), now: bench.now)
        #expect(try bench.status(job) == .active)
        #expect(try bench.fetch(worker)?.name == "a")
    }

    @Test("a running task that is queued again is taken from its worker")
    func requeueRunning() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        try bench.farm.setStatus(ofTask: task.uuid, TaskStatusChange(status: .queued), now: bench.now)
        #expect(try bench.statuses(job) == [.queued])
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now)?.statusRequested == .awake)
        #expect(try bench.farm.mayRun(task: task.uuid, worker: worker, now: bench.now).mayKeepRunning == false)
        let other = try bench.awake("other")
        #expect(try bench.fetch(other)?.uuid == task.uuid)
        #expect(refusal { try bench.report(worker, task.uuid, .completed) } == .conflict)
    }

    @Test("a deleted job is gone, and its worker told to stop")
    func delete() throws {
        var bench = FarmBench(["job": [blueprint("a"), blueprint("b")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        try bench.farm.deleteJob(job.id, now: bench.now)
        #expect(refusal { _ = try bench.farm.fetchJob(job.id) } == .notFound)
        #expect(refusal { _ = try bench.farm.fetchTask(task.uuid) } == .notFound)
        #expect(refusal { try bench.report(worker, task.uuid, .completed) } == .notFound)
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now)?.statusRequested == .awake)
        #expect(try bench.fetch(worker) == nil)
    }

    @Test("states that nobody knows are refused")
    func nonsense() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let task = try bench.farm.fetchTasks(ofJob: job.id).tasks[0].id
        let before = bench.farm
        #expect(
            refusal { try bench.farm.setStatus(ofJob: job.id, JobStatusChange(status: .unknown("x")), now: bench.now) }
                == .badRequest)
        #expect(
            refusal { try bench.farm.setStatus(ofTask: task, TaskStatusChange(status: .unknown("x")), now: bench.now) }
                == .badRequest)
        #expect(bench.farm == before)
    }

    @Test("a job that cannot be compiled is refused, with the reason, and leaves no trace")
    func badJobs() throws {
        var bench = FarmBench(["empty": []])
        let before = bench.farm
        for (type, settings, words) in [
            ("echo-slep-test", [:], "did you mean \"echo-sleep-test\"?"),
            ("echo-sleep-test", [:], "setting \"message\": expected a string, found nothing"),
            ("empty", [:], "the job has 0 tasks"),
        ] as [(String, JobSettings, String)] {
            let error = #expect(throws: FarmError.self) { try bench.submit(type, settings: settings) }
            #expect(error?.status == .badRequest)
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        }
        #expect(bench.farm == before)
    }

    @Test("a job keeps its settings as submitted, with the defaults of the others")
    func settings() throws {
        var bench = FarmBench()
        let job = try bench.submit("echo-sleep-test", settings: ["message": "hi", "sleep_repeats": 2])
        #expect(job.submitted.settings == ["message": "hi", "sleep_repeats": 2, "sleep_duration_seconds": 1])
        #expect(bench.farm.fetchJobs().jobs == [job])
    }

    @Test("the state of the farm says what its workers do")
    func farmStatus() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        #expect(bench.farm.fetchStatus().status == .inoperative)
        let worker = try bench.awake()
        #expect(bench.farm.fetchStatus().status == .idle)
        try bench.farm.stateChanged(ofWorker: worker, to: .asleep, now: bench.now)
        #expect(bench.farm.fetchStatus().status == .asleep)
        try bench.submit("job")
        #expect(bench.farm.fetchStatus().status == .waiting)
        try bench.farm.stateChanged(ofWorker: worker, to: .awake, now: bench.now)
        _ = try bench.fetch(worker)
        #expect(bench.farm.fetchStatus().status == .active)
    }
}
