import Farm
import FlamencoAPI
import Testing

@Suite("States of workers")
struct WorkerStateTests {
    @Test("a new worker is offline, signs on to go awake, and is awake when it says so")
    func life() throws {
        var bench = FarmBench()
        let worker = try bench.register()
        #expect(try bench.farm.fetchWorker(worker).summary.status == .offline)
        let change = try bench.farm.signOn(
            worker: worker, WorkerSignOn(nickname: "new name", supportedTaskTypes: ["misc"], softwareVersion: "3.1"),
            now: bench.now)
        #expect(change.statusRequested == .awake)
        try bench.farm.stateChanged(ofWorker: worker, to: .awake, now: bench.now)
        let details = try bench.farm.fetchWorker(worker)
        #expect(details.summary.status == .awake)
        #expect(details.summary.name == "new name")
        #expect(details.summary.version == "3.1")
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now) == nil)
    }

    @Test("credentials count whole: wrong ones, and those of a deleted worker, are refused")
    func credentials() throws {
        var bench = FarmBench()
        let worker = try bench.register("a")
        #expect(try bench.farm.authenticate(worker: worker.uppercased(), secret: "secret of a") == worker)
        for secret in ["", "secret of b", "secret of a ", "secret of"] {
            #expect(refusal { _ = try bench.farm.authenticate(worker: worker, secret: secret) } == .forbidden)
        }
        try bench.farm.deleteWorker(worker, now: bench.now)
        #expect(refusal { _ = try bench.farm.authenticate(worker: worker, secret: "secret of a") } == .forbidden)
        #expect(refusal { _ = try bench.farm.scheduleTask(for: worker, now: bench.now) } == .forbidden)
        #expect(refusal { _ = try bench.farm.fetchWorker(worker) } == .notFound)
        #expect(refusal { _ = try bench.farm.fetchWorker("worker") } == .badRequest)
    }

    @Test(
        "a requested state is told until it is entered, and gives the task back",
        arguments: [WorkerStatus.asleep, .shutdown])
    func request(status: WorkerStatus) throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        try bench.farm.requestState(ofWorker: worker, WorkerStatusChangeRequest(status: status), now: bench.now)
        for _ in 0..<2 {
            #expect(
                try bench.farm.requestedState(ofWorker: worker, now: bench.now)
                    == WorkerStateChange(statusRequested: status))
            #expect(
                try bench.farm.scheduleTask(for: worker, now: bench.now)
                    == .stateChangeRequested(WorkerStateChange(statusRequested: status)))
        }
        try bench.farm.stateChanged(ofWorker: worker, to: status, now: bench.now)
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now) == nil)
        #expect(try bench.statuses(job) == [.queued])
        // It had been done by then, and nobody else has it.
        try bench.report(worker, task.uuid, .completed)
        #expect(try bench.statuses(job) == [.completed])
    }

    @Test("a lazy request waits for the end of the task")
    func lazyRequest() throws {
        var bench = FarmBench(["job": [blueprint("a"), blueprint("b")]])
        try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        try bench.farm.requestState(
            ofWorker: worker, WorkerStatusChangeRequest(status: .asleep, isLazy: true), now: bench.now)
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now) == nil)
        #expect(try bench.fetch(worker)?.uuid == task.uuid)
        try bench.report(worker, task.uuid, .completed)
        #expect(
            try bench.farm.scheduleTask(for: worker, now: bench.now)
                == .stateChangeRequested(WorkerStateChange(statusRequested: .asleep)))
    }

    @Test("a request outlives what the worker says of other states, but not its own contrary")
    func requestAgainstNews() throws {
        var bench = FarmBench()
        let worker = try bench.awake()
        try bench.farm.requestState(ofWorker: worker, WorkerStatusChangeRequest(status: .asleep), now: bench.now)
        try bench.farm.stateChanged(ofWorker: worker, to: .awake, now: bench.now)
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now)?.statusRequested == .asleep)
        try bench.farm.requestState(ofWorker: worker, WorkerStatusChangeRequest(status: .awake), now: bench.now)
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now) == nil)
    }

    @Test(
        "a worker that cannot do what it is asked for has answered by sleeping",
        arguments: [WorkerStatus.testing, .restart])
    func impossibleRequest(status: WorkerStatus) throws {
        var bench = FarmBench()
        let worker = try bench.awake()
        try bench.farm.requestState(ofWorker: worker, WorkerStatusChangeRequest(status: status), now: bench.now)
        try bench.farm.stateChanged(ofWorker: worker, to: .asleep, now: bench.now)
        #expect(try bench.farm.requestedState(ofWorker: worker, now: bench.now) == nil)
    }

    @Test("only a worker that said that it can be restarted is asked to")
    func restart() throws {
        var bench = FarmBench()
        let worker = try bench.awake()
        let request = WorkerStatusChangeRequest(status: .restart)
        try bench.farm.requestState(ofWorker: worker, request, now: bench.now)
        #expect(try bench.farm.fetchWorker(worker).summary.canRestart == true)
        _ = try bench.farm.signOn(
            worker: worker, WorkerSignOn(nickname: "w", supportedTaskTypes: [], softwareVersion: "1"), now: bench.now)
        #expect(try bench.farm.fetchWorker(worker).summary.canRestart == false)
        #expect(
            refusal { try bench.farm.requestState(ofWorker: worker, request, now: bench.now) } == .preconditionFailed)
    }

    @Test("a request for a worker that is away is told at sign-on; one to go is done with when it goes")
    func signOff() throws {
        var bench = FarmBench(["job": [blueprint("a")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        _ = try bench.fetch(worker)
        try bench.farm.requestState(ofWorker: worker, WorkerStatusChangeRequest(status: .shutdown), now: bench.now)
        try bench.farm.signOff(worker: worker, now: bench.now)
        #expect(try bench.statuses(job) == [.queued])
        #expect(try bench.farm.fetchWorker(worker).summary.status == .offline)
        let signOn = WorkerSignOn(nickname: "w", supportedTaskTypes: ["misc"], softwareVersion: "1")
        #expect(try bench.farm.signOn(worker: worker, signOn, now: bench.now).statusRequested == .awake)
        try bench.farm.requestState(ofWorker: worker, WorkerStatusChangeRequest(status: .asleep), now: bench.now)
        try bench.farm.signOff(worker: worker, now: bench.now)
        #expect(try bench.farm.signOn(worker: worker, signOn, now: bench.now).statusRequested == .asleep)
    }

    @Test("states that nobody can be asked for, or that nobody knows, are refused")
    func nonsense() throws {
        var bench = FarmBench()
        let worker = try bench.awake()
        for status in [WorkerStatus.starting, .error, .unknown("dancing")] {
            #expect(
                refusal {
                    try bench.farm.requestState(
                        ofWorker: worker, WorkerStatusChangeRequest(status: status), now: bench.now)
                } == .badRequest)
        }
        #expect(
            refusal { try bench.farm.stateChanged(ofWorker: worker, to: .unknown("dancing"), now: bench.now) }
                == .badRequest)
    }

    @Test("the secret of a worker is in nothing that can be looked at")
    func secrets() throws {
        var bench = FarmBench()
        let worker = try bench.register("a")
        let views = [
            try WireJSON.encode(bench.farm.fetchWorker(worker)), try WireJSON.encode(bench.farm.fetchWorkers()),
            try WireJSON.encode(Array(bench.farm.trail.events)),
        ]
        for view in views { #expect(!String(decoding: view, as: UTF8.self).contains("secret of a")) }
    }
}
