import Service

/// The workload of a simulated farm.
package struct SimulationPlan: Sendable {
    /// The number of workers, all awake from the beginning.
    package var workers: Int
    /// The total number of tasks of all jobs.
    package var tasks: Int
    /// The number of jobs: of different sizes, each with one of ``priorities``.
    package var jobs: Int
    /// The period in which the jobs are submitted, each at a random time.
    package var time: Duration
    /// The duration of tasks.
    package var taskTime: TaskTime
    /// The share of failing attempts, from 0 to 1.
    package var failures = 0.0
    /// The interval between task requests of an idle worker.
    package var pollInterval = Duration.seconds(5)
    /// The seed of all random numbers.
    package var seed: UInt64 = 1

    /// The priorities that jobs have.
    package static let priorities = [25, 50, 75]

    /// Creates a plan with default values.
    package init(workers: Int, tasks: Int, jobs: Int, time: Duration, taskTime: TaskTime) {
        self.workers = workers
        self.tasks = tasks
        self.jobs = jobs
        self.time = time
        self.taskTime = taskTime
    }
}

/// A job to be submitted.
struct SimulatedJob: Hashable, Sendable {
    let submission: Duration
    let priority: Int
    let tasks: Int
}

extension SimulationPlan {
    /// The jobs in the order of their submission.
    var submissions: [SimulatedJob] {
        var generator = Dice(seed: seed, "jobs")
        let count = max(1, min(jobs, tasks))
        // Sizes differ by a factor of up to three; each job has at least one task.
        let weights = (0..<count).map { _ in Double.random(in: 1...3, using: &generator) }
        let total = weights.reduce(0, +)
        var sizes = weights.map { 1 + Int(Double(tasks - count) * $0 / total) }
        let rest = tasks - sizes.reduce(0, +)
        for index in 0..<max(0, rest) { sizes[index % count] += 1 }
        return sizes.map { size in
            SimulatedJob(
                submission: time * Double.random(in: 0..<1, using: &generator),
                priority: Self.priorities.randomElement(using: &generator) ?? 50, tasks: size)
        }.sorted { $0.submission < $1.submission }
    }
}

/// Random numbers for one subject of a simulation, derived from the seed and the subject only: so the same task takes
/// the same time on any worker at any time, and two sets of rules can be compared with the same workload.
struct Dice: RandomNumberGenerator {
    private var generator: SeededGenerator

    /// - Parameter subjects: identify what the numbers are for.
    init(seed: UInt64, _ subjects: String...) {
        // FNV-1a of Fowler, Noll and Vo.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for subject in subjects {
            for byte in subject.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        generator = SeededGenerator(seed: seed ^ hash)
    }

    mutating func next() -> UInt64 { generator.next() }
}
