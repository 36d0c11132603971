package import Farm
import FlamencoAPI
import FoundationEssentials
import Service

/// A farm and its workers on a clock that jumps from event to event: a week takes seconds.
///
/// The farm is the same as in a manager, with all its rules; the workers use it as over the network, but without
/// requests in vain: a worker without a task is set aside until there may be one for it, and then sends a request at
/// the next of its regular times.
package struct Simulation {
    private enum Event {
        case submission(Int)
        /// A worker requests a task.
        case question(worker: Int)
        /// The task of a worker ends.
        case end(worker: Int)
    }

    private struct Run {
        let task: String
        let job: String
        let fails: Bool
    }

    private struct OpenJob {
        let submission: Duration
        let priority: Int
        var left: Int
    }

    private let plan: SimulationPlan
    private var farm: Farm
    private var generator: SeededGenerator
    private var agenda = Agenda<Event>()
    private var now = Duration.zero
    private let submissions: [SimulatedJob]
    private var workers: [String] = []
    /// The current task of each worker.
    private var runs: [Run?]
    /// Workers without a task.
    private var idle: IdleWorkers
    private var jobs: [String: OpenJob] = [:]
    private var report = SimulationReport()

    // A Monday, at midnight.
    private static let start = Date(timeIntervalSince1970: 1_767_571_200)

    /// Creates a simulation.
    ///
    /// - Parameter farm: a farm without jobs and workers, for its rules.
    package init(_ plan: SimulationPlan, on farm: Farm = Farm()) {
        self.plan = plan
        self.farm = farm
        generator = SeededGenerator(seed: plan.seed)
        submissions = plan.submissions
        runs = [Run?](repeating: nil, count: plan.workers)
        idle = IdleWorkers(count: plan.workers, interval: plan.pollInterval)
        // No worker is lost here, and no task gets stuck.
        self.farm.rules.workerTimeout = .infinity
        self.farm.rules.taskTimeout = .infinity
        self.farm.rules.tasksPerJob = max(plan.tasks, farm.rules.tasksPerJob)
        // Nobody reads the events.
        self.farm.rules.eventLimit = 1
    }

    /// Runs until all jobs have ended, or there are no more events.
    ///
    /// - Throws: ``FarmError`` if the farm rejects a request.
    package consuming func run() throws(FarmError) -> SimulationReport {
        for number in 0..<plan.workers { try addWorker(number) }
        for (index, job) in submissions.enumerated() { agenda.add(.submission(index), at: job.submission) }
        repeat {
            while let next = agenda.nextTime, let (time, event) = agenda.takeFirst(dueAt: next) {
                now = time
                try handle(event)
            }
            // Tasks that no worker may retry fail; these may be all that is left.
        } while !farm.sweep(now: date).isEmpty && agenda.nextTime != nil
        report.end(workers: plan.workers, unfinished: jobs.count)
        return report
    }

    private var date: Date { Self.start + now / .seconds(1) }

    private mutating func addWorker(_ number: Int) throws(FarmError) {
        let name = "worker-\(number + 1)"
        let id = try farm.register(
            WorkerRegistration(secret: "", platform: "linux", supportedTaskTypes: [SwarmPlan.taskType], nickname: name),
            address: "", now: date, using: &generator
        ).uuid
        _ = try farm.signOn(
            worker: id,
            WorkerSignOn(nickname: name, supportedTaskTypes: [SwarmPlan.taskType], softwareVersion: "simulation"),
            now: date)
        try farm.stateChanged(ofWorker: id, to: .awake, now: date)
        workers.append(id)
    }

    // MARK: Events

    private mutating func handle(_ event: Event) throws(FarmError) {
        switch event {
        case .submission(let index): try submit(submissions[index])
        case .question(let worker): try ask(worker)
        case .end(let worker): try end(worker)
        }
    }

    private mutating func submit(_ job: SimulatedJob) throws(FarmError) {
        // One task prints a message, the others sleep after it.
        let submitted = try farm.submit(
            SubmittedJob(
                name: "simulated", type: "echo-sleep-test", priority: job.priority,
                settings: ["message": "", "sleep_duration_seconds": 0, "sleep_repeats": .integer(Int64(job.tasks - 1))]),
            now: date, using: &generator)
        jobs[submitted.id] = OpenJob(submission: now, priority: job.priority, left: job.tasks)
        report.submitted(at: now)
        wakeWorkers()
    }

    private mutating func ask(_ worker: Int) throws(FarmError) {
        guard case .task(let task) = try farm.scheduleTask(for: workers[worker], now: date) else {
            idle.insert(worker)
            return wakeNextWorker(after: worker)
        }
        var length = Dice(seed: plan.seed, task.uuid)
        var luck = Dice(seed: plan.seed, task.uuid, workers[worker])
        let time = plan.taskTime.draw(using: &length)
        if let job = jobs[task.job] {
            report.begun(priority: job.priority, waiting: now - job.submission, lasting: time)
        }
        runs[worker] = Run(
            task: task.uuid, job: task.job, fails: Double.random(in: 0..<1, using: &luck) < plan.failures)
        agenda.add(.end(worker: worker), at: now + time)
        wakeNextWorker(after: worker)
    }

    private mutating func end(_ worker: Int) throws(FarmError) {
        guard let run = runs[worker] else { return }
        runs[worker] = nil
        do throws(FarmError) {
            try farm.update(
                task: run.task, from: workers[worker],
                run.fails
                    ? TaskUpdate(taskStatus: .failed, activity: "meant to fail") : TaskUpdate(taskStatus: .completed),
                now: date)
        } catch {
            // The job failed in the meantime, and the task was taken back.
            guard error.status == .conflict || error.status == .notFound else { throw error }
        }
        report.ended(at: now, failed: run.fails)
        try closeJob(run.job, after: run)
        // Like an agent, it requests the next task immediately.
        agenda.add(.question(worker: worker), at: now)
        wakeWorkers()
    }

    private mutating func closeJob(_ id: String, after run: Run) throws(FarmError) {
        guard var job = jobs[id] else { return }
        if !run.fails { job.left -= 1 }
        jobs[id] = job
        guard job.left == 0 || run.fails else { return }
        let status = try farm.fetchJob(id).status
        guard status == .completed || status == .failed else { return }
        report.jobEnded(priority: job.priority, after: now - job.submission, failed: status == .failed)
        jobs[id] = nil
        // Ended jobs take up memory, and no worker needs them.
        try farm.deleteJob(id, now: date)
    }

    // MARK: Workers without a task

    /// Lets waiting workers send requests, one after the other, until no task is left.
    private mutating func wakeWorkers() {
        idle.askAll()
        wakeNextWorker(after: nil)
    }

    private mutating func wakeNextWorker(after worker: Int?) {
        if let worker { idle.hasAsked(worker) }
        guard farm.hasRunnableTasks, let (worker, time) = idle.takeNext(after: now) else { return }
        agenda.add(.question(worker: worker), at: time)
    }
}
