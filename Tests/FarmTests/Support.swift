import Farm
import FlamencoAPI
import FoundationEssentials
import JobTypes

/// Random numbers that follow from a seed (xorshift64*).
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

/// A job type whose tasks are given with it.
struct PlannedJob: JobType {
    let name: String
    let label = "Planned"
    let description = "Has the tasks that were planned."
    let tasks: [TaskBlueprint]

    func settings(in dialect: APIDialect) -> [AvailableJobSetting] { [] }
    func compile(
        _ settings: CheckedSettings, submittedAt time: Date, into list: inout TaskList
    ) throws(SettingError) {
        for task in tasks { try list.append(task) }
    }
}

func blueprint(
    _ name: String, type: String = "misc", priority: Int = 50, steps: Int = 0, after dependencies: [Int] = []
) -> TaskBlueprint {
    TaskBlueprint(
        name: name, type: type, priority: priority,
        commands: [Command(name: "echo", parameters: ["message": "{what}"], totalStepCount: steps)],
        dependencies: dependencies)
}

/// A farm with a clock beside it, and shorter words for what tests do over and over.
struct FarmBench {
    var farm: Farm
    var now = Date(timeIntervalSince1970: 1_700_000_000)
    var dice = Dice(1)

    init(_ plans: [String: [TaskBlueprint]] = [:], rules: FarmRules = FarmRules()) {
        farm = Farm(
            jobTypes: JobTypeRegistry(
                plans.map { PlannedJob(name: $0.key, tasks: $0.value) } + JobTypeRegistry.builtin.jobTypes),
            rules: rules)
    }

    /// Registers a worker without signing it on.
    mutating func register(_ name: String = "w", types: [String] = ["misc"]) throws -> String {
        try farm.register(
            WorkerRegistration(
                secret: "secret of \(name)", platform: "linux", supportedTaskTypes: types, nickname: name),
            address: "127.0.0.1", now: now, using: &dice
        ).uuid
    }

    /// A worker that is awake.
    mutating func awake(_ name: String = "w", types: [String] = ["misc"]) throws -> String {
        let id = try register(name, types: types)
        _ = try farm.signOn(
            worker: id,
            WorkerSignOn(nickname: name, supportedTaskTypes: types, softwareVersion: "1", canRestart: true), now: now)
        try farm.stateChanged(ofWorker: id, to: .awake, now: now)
        return id
    }

    @discardableResult
    mutating func submit(_ type: String, priority: Int = 50, settings: JobSettings = [:]) throws -> Job {
        try farm.submit(
            SubmittedJob(name: type, type: type, priority: priority, settings: settings), now: now, using: &dice)
    }

    /// What a worker gets when it asks for a task; absent when it gets none.
    mutating func fetch(_ worker: String) throws -> AssignedTask? {
        guard case .task(let task) = try farm.scheduleTask(for: worker, now: now) else { return nil }
        return task
    }

    mutating func report(
        _ worker: String, _ task: String, _ status: TaskStatus? = nil, steps: Int? = nil, log: String? = nil
    ) throws {
        try farm.update(
            task: task, from: worker, TaskUpdate(taskStatus: status, stepsCompleted: steps, log: log), now: now)
    }

    func statuses(_ job: Job) throws -> [TaskStatus] { try farm.fetchTasks(ofJob: job.id).tasks.map(\.status) }
    func status(_ job: Job) throws -> JobStatus { try farm.fetchJob(job.id).status }

    mutating func wait(_ seconds: Double) { now += seconds }
}

/// The kind of refusal that `body` ends with.
func refusal(_ body: () throws -> Void) -> FarmError.Status? {
    do {
        try body()
        return nil
    } catch {
        return (error as? FarmError)?.status
    }
}
