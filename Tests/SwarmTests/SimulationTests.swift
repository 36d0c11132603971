import Farm
import Testing

@testable import Swarm

@Suite("A simulated farm", .timeLimit(.minutes(5)))
struct SimulationTests {
    private static func plan(
        workers: Int = 20, tasks: Int = 600, jobs: Int = 12, time: Duration = .seconds(3600), failures: Double = 0,
        seed: UInt64 = 1
    ) throws -> SimulationPlan {
        var plan = SimulationPlan(
            workers: workers, tasks: tasks, jobs: jobs, time: time, taskTime: try #require(TaskTime("60s±30s")))
        plan.failures = failures
        plan.seed = seed
        return plan
    }

    @Test("comes out the same for the same seed, and differently for another", arguments: [0, 0.05])
    func repeatable(failures: Double) throws {
        let first = try Simulation(try Self.plan(failures: failures)).run()
        #expect(try Simulation(try Self.plan(failures: failures)).run() == first)
        #expect(try Simulation(try Self.plan(failures: failures, seed: 2)).run() != first)
    }

    @Test("all tasks are done, in no less time than they take, and no worker works more than all the time")
    func complete() throws {
        let report = try Simulation(try Self.plan()).run()
        #expect(report.completedTasks == 600)
        #expect(report.unfinishedJobs == 0)
        #expect(report.priorities.values.reduce(0) { $0 + $1.jobs } == 12)
        #expect(report.priorities.values.reduce(0) { $0 + $1.waiting.count } == 600)
        #expect(report.makespan >= .seconds(600 * 30 / 20))
        #expect((0.01...1).contains(report.utilisation))
    }

    @Test("one worker and one job: the makespan is the sum of the times, and the first question")
    func single() throws {
        var plan = try Self.plan(workers: 1, tasks: 10, jobs: 1, time: .milliseconds(1))
        plan.taskTime = try #require(TaskTime("60s"))
        let report = try Simulation(plan).run()
        // The worker asks every five seconds, from the beginning: the job comes within the first millisecond.
        #expect(report.makespan > .seconds(604) && report.makespan <= .seconds(605))
        #expect(abs(report.utilisation - 600 / (report.makespan / .seconds(1))) < 0.000001)
        #expect(report.priorities.values.first?.waiting.largest ?? 0 >= 544_000)
    }

    @Test("jobs of a higher priority wait less when there are more tasks than workers")
    func priorities() throws {
        let report = try Simulation(try Self.plan(workers: 5, tasks: 3000, jobs: 60, time: .seconds(60))).run()
        let waiting = report.priorities.sorted { $0.key > $1.key }.map(\.value.waiting.mean)
        #expect(waiting.count == 3)
        #expect(waiting == waiting.sorted())
    }

    @Test("where everything fails, jobs fail, and the simulation ends")
    func failing() throws {
        let report = try Simulation(try Self.plan(workers: 4, tasks: 40, jobs: 4, failures: 1)).run()
        #expect(report.completedTasks == 0)
        #expect(report.failedAttempts > 0)
        #expect(report.priorities.values.reduce(0) { $0 + $1.failedJobs } == 4)
        #expect(report.unfinishedJobs == 0)
    }

    @Test("the rules of the farm count: with another limit of failures other work is done")
    func rules() throws {
        let plan = try Self.plan(failures: 0.3)
        var farm = Farm()
        farm.rules.failuresOfTask = 10
        farm.rules.failuresOfWorker = 1000
        #expect(try Simulation(plan, on: farm).run().completedTasks > (try Simulation(plan).run().completedTasks))
    }

    @Test("a worker without a task asks at its own times, one after the other")
    func idle() {
        var idle = IdleWorkers(count: 5, interval: .seconds(5))
        #expect(idle.takeNext(after: .zero) == nil, "nothing is new")
        idle.askAll()
        // Worker 0 asks at 0 s, 5 s, …; worker 1 at 1 s, 6 s, ….
        #expect(idle.takeNext(after: .seconds(8)).map { [$0.worker, Int($0.time / .seconds(1))] } == [4, 9])
        #expect(idle.takeNext(after: .seconds(8)) == nil, "worker 4 has not asked yet")
        idle.hasAsked(4)
        #expect(idle.takeNext(after: .seconds(9)).map { [$0.worker, Int($0.time / .seconds(1))] } == [0, 10])
        idle.hasAsked(0)
        idle.insert(4)
        for (worker, time) in [(1, 11), (2, 12), (3, 13)] {
            #expect(idle.takeNext(after: .seconds(time - 1))?.worker == worker)
            idle.hasAsked(worker)
        }
        #expect(idle.takeNext(after: .seconds(13)) == nil, "all have asked once")
    }
}
