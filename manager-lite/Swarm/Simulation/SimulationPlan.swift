import Service

/// What happens on a farm that is simulated.
package struct SimulationPlan: Sendable {
    /// How many workers there are, all awake from the beginning.
    package var workers: Int
    /// How many tasks all jobs have together.
    package var tasks: Int
    /// How many jobs there are: of different sizes, and with one of ``priorities`` each.
    package var jobs: Int
    /// The time within which the jobs are submitted, each at a moment of its own.
    package var time: Duration
    /// How long tasks take.
    package var taskTime: TaskTime
    /// The share of attempts at a task that fail, from 0 to 1.
    package var failures = 0.0
    /// How often a worker without a task asks for one.
    package var pollInterval = Duration.seconds(5)
    /// What all random choices follow from.
    package var seed: UInt64 = 1

    /// The priorities that jobs have.
    package static let priorities = [25, 50, 75]

    /// A plan with the usual habits.
    package init(workers: Int, tasks: Int, jobs: Int, time: Duration, taskTime: TaskTime) {
        self.workers = workers
        self.tasks = tasks
        self.jobs = jobs
        self.time = time
        self.taskTime = taskTime
    }
}

/// A job that is going to be submitted.
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
        // Sizes differ up to a factor of three; each job has a task at least.
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

/// Random numbers for one subject of a simulation, which follow from the seed and the subject alone: so the same task takes
/// as long whoever gets it and whenever that is, and two sets of rules are compared on the same work.
struct Dice: RandomNumberGenerator {
    private var generator: SeededGenerator

    /// - Parameter subjects: what the numbers are for.
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
