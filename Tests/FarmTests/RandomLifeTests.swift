import FlamencoAPI
import FoundationEssentials
import JobTypes
import Testing

@testable import Farm

/// Farms to which anything happens, in any order, by a seed.
@Suite("Any life of a farm", .timeLimit(.minutes(5)))
struct RandomLifeTests {
    @Test("the rules hold after every step", arguments: 1...30)
    func rules(seed: UInt64) throws {
        var life = RandomLife(seed: seed)
        for step in 0..<600 {
            try life.step()
            let problems = life.bench.farm.brokenRules()
            #expect(problems.isEmpty, "step \(step): \(problems)")
            if !problems.isEmpty { return }
        }
        // What the farm is for has happened.
        #expect(life.handedOut > 10)
    }

    @Test("a farm that was written down and read again is the same, and goes on the same", arguments: 1...5)
    func coding(seed: UInt64) throws {
        var life = RandomLife(seed: seed)
        for _ in 0..<300 { try life.step() }
        var again = life
        again.bench.farm = try #require(Farm(archive: try life.bench.farm.archive()))
        again.bench.farm.jobTypes = life.bench.farm.jobTypes
        #expect(again.bench.farm == life.bench.farm)
        for _ in 0..<300 {
            try life.step()
            try again.step()
        }
        #expect(again.bench.farm == life.bench.farm)
    }
}

private struct RandomLife {
    var bench: FarmBench
    var dice: Dice
    var handedOut = 0
    private let types: [String]

    init(seed: UInt64) {
        var dice = Dice(seed)
        let types = ["misc", "blender", "ffmpeg"]
        var rules = FarmRules()
        rules.eventLimit = 100
        rules.logLimit = 200
        var plans: [String: [TaskBlueprint]] = [:]
        for number in 0..<6 {
            plans["plan\(number)"] = (0..<Int.random(in: 1...12, using: &dice)).map { index in
                blueprint(
                    "t\(index)", type: types.randomElement(using: &dice) ?? "misc",
                    priority: Int.random(in: 49...51, using: &dice), steps: Int.random(in: 0...3, using: &dice),
                    after: (0..<index).filter { _ in Int.random(in: 0..<6, using: &dice) == 0 })
            }
        }
        bench = FarmBench(plans, rules: rules)
        bench.dice = Dice(seed)
        self.dice = dice
        self.types = types
    }

    private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &dice) }
    private mutating func pick<T>(_ items: [T]) -> T? { items.randomElement(using: &dice) }

    /// One thing that happens; refusals are part of life, other errors are not.
    mutating func step() throws {
        do {
            try happen()
        } catch is FarmError {}
        if roll(4) == 0 { bench.wait(Double(roll(30))) }
    }

    private mutating func happen() throws {
        let workers = bench.farm.workersInOrder.map(\.id)
        let jobs = bench.farm.fetchJobs().jobs.map(\.id)
        let tasks = bench.farm.jobs.keys.sorted().flatMap { bench.farm.jobs[$0]?.tasks.map(\.id.text) ?? [] }
        let now = bench.now
        switch roll(40) {
        case 0 where workers.count < 8:
            _ = try bench.awake("w\(roll(1000))", types: types.filter { _ in roll(3) > 0 })
        case 1 where jobs.count < 12:
            try bench.submit("plan\(roll(6))", priority: 49 + roll(3))
        case 2:
            if let id = pick(workers), roll(4) == 0 { try bench.farm.deleteWorker(id, now: now) }
        case 3:
            if let id = pick(jobs), roll(4) == 0 { try bench.farm.deleteJob(id, now: now) }
        case 4:
            if let id = pick(workers) { try bench.farm.signOff(worker: id, now: now) }
        case 5, 6:
            guard let id = pick(workers) else { return }
            _ = try bench.farm.signOn(
                worker: id,
                WorkerSignOn(
                    nickname: "s", supportedTaskTypes: types.filter { _ in roll(4) > 0 }, softwareVersion: "1"),
                now: now)
        case 7...12:
            guard let id = pick(workers) else { return }
            let status = roll(4) == 0 ? WorkerStatus.spellings[roll(7)].0 : .awake
            try bench.farm.stateChanged(ofWorker: id, to: status, now: now)
        case 13:
            guard let id = pick(workers), let status = pick([WorkerStatus.awake, .asleep, .shutdown, .testing]) else {
                return
            }
            try bench.farm.requestState(
                ofWorker: id, WorkerStatusChangeRequest(status: status, isLazy: roll(2) == 0), now: now)
        case 14:
            guard let id = pick(jobs) else { return }
            let status = roll(3) == 0 ? JobStatus.spellings[roll(14)].0 : .queued
            try bench.farm.setStatus(ofJob: id, JobStatusChange(status: status), now: now)
        case 15:
            guard let id = pick(tasks) else { return }
            try bench.farm.setStatus(ofTask: id, TaskStatusChange(status: TaskStatus.spellings[roll(8)].0), now: now)
        case 16:
            if let id = pick(jobs) { try bench.farm.setPriority(ofJob: id, to: 49 + roll(3), now: now) }
        case 17, 18:
            _ = bench.farm.sweep(now: now)
        case 19...21:
            if let id = pick(workers) { _ = try bench.farm.requestedState(ofWorker: id, now: now) }
        case 22...30:
            if let id = pick(workers) { try fetch(id) }
        default:
            guard let worker = pick(workers) else { return }
            let own = bench.farm.workers[worker]?.task.flatMap { bench.farm.task(at: $0)?.id.text }
            guard let id = roll(8) == 0 ? pick(tasks) : own else { return }
            let status =
                roll(8) == 0 ? TaskStatus.spellings[roll(8)].0 : pick([.active, .completed, .completed, .failed])
            let steps = roll(3) == 0 ? roll(6) - 1 : nil
            try bench.report(worker, id, status, steps: steps, log: "line \(roll(100))\n")
        }
    }

    /// Asks for a task, and compares with what somebody finds who looks at all tasks.
    private mutating func fetch(_ id: String) throws {
        let before = bench.farm.workers[id]
        let expected = before?.task ?? bench.farm.bestTask(for: id)
        guard case .task(let task) = try bench.farm.scheduleTask(for: id, now: bench.now) else {
            let after = bench.farm.workers[id]
            let mayWork = after?.status == .awake && after?.dueRequest == nil
            #expect(!mayWork || expected == nil, "there was something to do")
            return
        }
        handedOut += 1
        let identity = try #require(Identity(task.uuid))
        let place = try #require(bench.farm.taskPlaces[identity])
        #expect(place == expected)
        let job = try #require(bench.farm.jobs[place.job])
        if before?.task == nil {
            #expect(job.isOpen)
            #expect(job.tasks[place.index].dependencies.allSatisfy { job.tasks[$0].status == .completed })
        }
    }
}

extension Farm {
    /// The task that a worker should get, found the long way.
    fileprivate func bestTask(for id: String) -> TaskPlace? {
        var best: (key: [Int], place: TaskPlace)?
        for job in jobs.values where job.isOpen {
            for (index, task) in job.tasks.enumerated()
            where task.status == .queued || task.status == .softFailed {
                guard workers[id]?.supportedTaskTypes.contains(task.type) == true, !task.failedBy.contains(id),
                    job.failures[id]?[task.type] ?? 0 < rules.failuresOfWorker,
                    task.dependencies.allSatisfy({ job.tasks[$0].status == .completed })
                else { continue }
                let key = [-job.submitted.priority, -task.priority, job.number, index]
                if best.map({ key.lexicographicallyPrecedes($0.key) }) ?? true {
                    best = (key, TaskPlace(job: job.number, index: index))
                }
            }
        }
        return best?.place
    }

    /// What should never be so, in words.
    fileprivate func brokenRules() -> [String] {
        var problems: [String] = []
        func check(_ holds: Bool, _ problem: @autoclosure () -> String) { if !holds { problems.append(problem()) } }
        var holders: [TaskPlace: Int] = [:]
        for worker in workers.values {
            guard let place = worker.task else { continue }
            holders[place, default: 0] += 1
            check(task(at: place)?.worker == worker.id, "a worker has a task that does not know of it")
            check(task(at: place)?.status == .active, "a worker has a task that is not active")
        }
        for job in jobs.values {
            check(jobNumbers[job.id] == job.number, "a job cannot be found")
            var counts: [TaskStatus: Int] = [:]
            for (index, task) in job.tasks.enumerated() {
                let place = TaskPlace(job: job.number, index: index)
                counts[task.status, default: 0] += 1
                check(taskPlaces[task.id] == place, "a task cannot be found")
                // People may call a task active that nobody has.
                check(
                    holders[place] ?? 0 <= (task.status == .active ? 1 : 0),
                    "\(task.status) task with \(holders[place] ?? 0) workers")
                let open = task.dependencies.count { job.tasks[$0].status != .completed }
                check(task.waitingFor == open, "a task waits for \(task.waitingFor) instead of \(open) tasks")
                check(softFailed.contains(place) == (task.status == .softFailed), "soft-failed tasks are miscounted")
                check((0...task.stepsTotal).contains(task.stepsCompleted), "\(task.stepsCompleted) steps")
                check(!task.waitsForWorker || task.stepsCompleted == 0, "steps of a task that nobody has")
                check(task.status != .completed || task.stepsCompleted == task.stepsTotal, "steps are missing")
                check(task.log.size <= 260, "a log of \(task.log.size) bytes")
            }
            check(counts == job.counts, "counts \(job.counts) should be \(counts)")
        }
        check(taskPlaces.count == jobs.values.map(\.tasks.count).reduce(0, +), "places of tasks that are gone")
        check(jobNumbers.count == jobs.count, "numbers of jobs that are gone")
        check(trail.events.count <= 150, "a trail of \(trail.events.count) events")
        return problems
    }
}
