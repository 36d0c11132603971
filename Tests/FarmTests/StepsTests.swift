import Farm
import FlamencoAPI
import JobTypes
import Testing

@Suite("Steps of tasks")
struct StepsTests {
    @Test(
        "reported steps count upwards and end at the total",
        arguments: [([3], 3), ([3, 2], 3), ([0], 0), ([4], 4), ([5], 4), ([.max], 4), ([1, 9, 2], 4)])
    func reports(reports: [Int], completed: Int) throws {
        var bench = FarmBench(["job": [blueprint("a", steps: 4), blueprint("b")]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        #expect(task.stepsTotal == 4 && task.stepsCompleted == 0)
        for steps in reports { try bench.report(worker, task.uuid, steps: steps) }
        let details = try bench.farm.fetchTask(task.uuid)
        #expect(details.stepsCompleted == completed && details.stepsTotal == 4)
        #expect(try bench.farm.fetchTasks(ofJob: job.id).tasks.map(\.stepsCompleted) == [completed, 0])
        #expect(try bench.farm.fetchTasks(ofJob: job.id).tasks.map(\.stepsTotal) == [4, 1])
        let jobNow = try bench.farm.fetchJob(job.id)
        #expect(jobNow.stepsCompleted == completed && jobNow.stepsTotal == 5)
        // The same worker gets the same task again, as it left it.
        #expect(try bench.fetch(worker)?.stepsCompleted == completed)
    }

    @Test("less than no steps is refused with a sentence")
    func negative() throws {
        var bench = FarmBench(["job": [blueprint("a", steps: 4)]])
        _ = try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        let error = #expect(throws: FarmError.self) { try bench.report(worker, task.uuid, steps: -1) }
        #expect(error?.status == .badRequest)
        #expect(error?.description == "field \"steps_completed\": expected a number of steps, found -1")
    }

    @Test("a task is as many steps as its commands, of which each is at least one")
    func total() throws {
        var tasks = [blueprint("a", steps: 3)]
        tasks[0].commands += [
            Command(name: "x", parameters: [:]), Command(name: "y", parameters: [:], totalStepCount: -7),
        ]
        tasks[0].commands.append(Command(name: "z", parameters: [:], totalStepCount: .max))
        var bench = FarmBench(["job": tasks])
        #expect(try bench.submit("job").stepsTotal == 5 + 1 << 32)
    }

    /// What brings a task back to the queue.
    enum Return: CaseIterable { case failure, signOff, requeue, requeueAfterFailure, requeueAfterCancel }

    @Test("whoever takes a task up again begins with the first step", arguments: Return.allCases)
    func again(way: Return) throws {
        var bench = FarmBench(["job": [blueprint("a", steps: 4)]])
        let job = try bench.submit("job")
        let first = try bench.awake("first")
        let second = try bench.awake("second")
        let task = try #require(try bench.fetch(first))
        try bench.report(first, task.uuid, steps: 3)
        let queue = TaskStatusChange(status: .queued)
        switch way {
        case .failure: try bench.report(first, task.uuid, .failed)
        case .signOff: try bench.farm.signOff(worker: first, now: bench.now)
        case .requeue: try bench.farm.setStatus(ofTask: task.uuid, queue, now: bench.now)
        case .requeueAfterFailure, .requeueAfterCancel:
            let end = TaskStatusChange(status: way == .requeueAfterCancel ? .canceled : .failed)
            try bench.farm.setStatus(ofTask: task.uuid, end, now: bench.now)
            #expect(try bench.farm.fetchTask(task.uuid).stepsCompleted == 3)
            try bench.farm.setStatus(ofJob: job.id, JobStatusChange(status: .requeueing), now: bench.now)
        }
        #expect(try bench.farm.fetchJob(job.id).stepsCompleted == 0)
        #expect(try bench.fetch(second)?.stepsCompleted == 0)
        try bench.report(second, task.uuid, steps: 1)
        #expect(try bench.farm.fetchTask(task.uuid).stepsCompleted == 1)
    }

    @Test("a completed task has all its steps, also of a worker that tells none")
    func completed() throws {
        var bench = FarmBench(["job": [blueprint("a", steps: 4)]])
        let job = try bench.submit("job")
        let worker = try bench.awake()
        let task = try #require(try bench.fetch(worker))
        try bench.report(worker, task.uuid, .completed)
        #expect(try bench.farm.fetchJob(job.id).stepsCompleted == 4)
    }
}
