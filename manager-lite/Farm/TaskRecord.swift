import FlamencoAPI
import FoundationEssentials
import JobTypes

/// A task of a farm.
struct TaskRecord: Hashable, Sendable {
    let id: Identity
    let name: String
    let type: String
    let priority: Int
    let commands: [Command]
    /// The total number of steps of the commands.
    let stepsTotal: Int
    /// The tasks of the job that must be completed before it, by index.
    let dependencies: [Int]
    let created: Date
    var updated: Date
    var status = TaskStatus.queued
    /// The number of dependencies that are not completed.
    var waitingFor: Int
    /// The worker that the task is or was last assigned to.
    var worker: String?
    /// When the worker last sent an update of it.
    var touched: Date?
    var activity = ""
    /// The number of completed steps in the current or last attempt.
    var stepsCompleted = 0
    /// The number of assignments to workers.
    var attempts = 0
    /// The workers on which it failed, since it was last queued by a user.
    var failedBy: [String] = []
    var log = TaskLog()

    /// Creates a task. A task similar to the one before it shares what both have in common.
    ///
    /// - Parameter previous: the task before it in the job.
    init(_ blueprint: TaskBlueprint, id: Identity, after previous: TaskRecord?, now: Date) {
        self.id = id
        name = blueprint.name
        type = blueprint.type
        priority = blueprint.priority
        let isAlike = previous?.commands == blueprint.commands
        commands = isAlike ? previous?.commands ?? [] : blueprint.commands
        stepsTotal = blueprint.commands.reduce(0) { $0 + $1.steps }
        let isAfterTheSame = previous?.dependencies == blueprint.dependencies
        dependencies =
            isAfterTheSame ? previous?.dependencies ?? [] : Array(Set(blueprint.dependencies)).sorted()
        created = now
        updated = now
        waitingFor = dependencies.count
    }

    /// Whether the task waits for a worker, apart from its dependencies.
    var waitsForWorker: Bool { status == .queued || status == .softFailed }
}

/// The place of a task: the number of its job, and its index in the job.
struct TaskPlace: Hashable, Sendable {
    let job: Int
    let index: Int
}

/// The tasks of a job, in order.
///
/// They are stored in pieces, so that changing a task while a copy of the farm exists (for example while it is stored)
/// copies a piece of them, not a million.
struct TaskArray: Hashable, Sendable {
    // Each has ``pieceSize`` tasks, except for the last.
    private var pieces: [[TaskRecord]] = []
    private(set) var count = 0

    private static let pieceSize = 256

    /// Creates an empty array.
    init() {}

    mutating func append(_ task: TaskRecord) {
        if count.isMultiple(of: Self.pieceSize) {
            pieces.append([])
            pieces[pieces.count - 1].reserveCapacity(count == 0 ? 1 : Self.pieceSize)
        }
        pieces[pieces.count - 1].append(task)
        count += 1
    }
}

extension TaskArray: RandomAccessCollection, MutableCollection {
    var startIndex: Int { 0 }
    var endIndex: Int { count }

    subscript(index: Int) -> TaskRecord {
        _read { yield pieces[index / Self.pieceSize][index % Self.pieceSize] }
        _modify { yield &pieces[index / Self.pieceSize][index % Self.pieceSize] }
    }
}
