import FlamencoAPI
import FoundationEssentials
import JobTypes

/// A task as the farm keeps it.
struct TaskRecord: Codable, Hashable, Sendable {
    let id: String
    let name: String
    let type: String
    let priority: Int
    let commands: [Command]
    /// How many steps the commands have.
    let stepsTotal: Int
    /// The tasks of the job that have to be completed before, by their places.
    let dependencies: [Int]
    let created: Date
    var updated: Date
    var status = TaskStatus.queued
    /// How many of the dependencies are not completed.
    var waitingFor: Int
    /// The worker that has the task, or had it last.
    var worker: String?
    /// The worker from which it was taken since that was silent or went away, and which may have done it all the same; absent
    /// once another has it, or somebody queued it again.
    var releasedBy: String?
    /// When the worker last said something about it.
    var touched: Date?
    var activity = ""
    /// How many steps are done in the attempt that is under way, or was the last.
    var stepsCompleted = 0
    /// How often it was given to a worker.
    var attempts = 0
    /// The workers that failed at it, since it was last queued by a person.
    var failedBy: [String] = []
    var log = TaskLog()

    init(_ blueprint: TaskBlueprint, id: String, now: Date) {
        self.id = id
        name = blueprint.name
        type = blueprint.type
        priority = blueprint.priority
        commands = blueprint.commands
        stepsTotal = blueprint.commands.reduce(0) { $0 + $1.steps }
        dependencies = Array(Set(blueprint.dependencies)).sorted()
        created = now
        updated = now
        waitingFor = dependencies.count
    }

    /// Whether the task waits for a worker, apart from its dependencies.
    var waitsForWorker: Bool { status == .queued || status == .softFailed }
}

/// Where a task is: the number of its job, and its place in the job.
struct TaskPlace: Codable, Hashable, Sendable {
    let job: Int
    let index: Int
}
