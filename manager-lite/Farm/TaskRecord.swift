import FlamencoAPI
import FoundationEssentials
import JobTypes

/// A task as the farm keeps it.
struct TaskRecord: Hashable, Sendable {
    let id: Identity
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

    /// A task that is like the one before it shares what both have alike.
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

/// Where a task is: the number of its job, and its place in the job.
struct TaskPlace: Hashable, Sendable {
    let job: Int
    let index: Int
}

/// The tasks of a job, in their order.
///
/// They stand in pieces, so that whoever changes a task while a copy of the farm is alive (one that is being stored, say)
/// copies a piece of them, not a million.
struct TaskArray: Hashable, Sendable {
    // Each has ``pieceSize`` tasks, but for the last.
    private var pieces: [[TaskRecord]] = []
    private(set) var count = 0

    private static let pieceSize = 256

    /// No tasks yet.
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
