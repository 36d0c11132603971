import FlamencoAPI
import FoundationEssentials

/// A job of a farm.
struct JobRecord: Hashable, Sendable {
    let id: String
    /// Its number in the order of submission.
    let number: Int
    var submitted: SubmittedJob
    let created: Date
    var updated: Date
    var status: JobStatus
    /// The last event, in one sentence.
    var activity = ""
    var tasks: TaskArray
    /// For each task, the indexes of the tasks that depend on it.
    let dependents: [[Int]]
    /// The number of tasks in each status.
    private(set) var counts: TaskCounts
    /// The total number of steps of its tasks, and the number of completed ones.
    let stepsTotal: Int
    private(set) var stepsCompleted: Int
    /// The number of failures of each worker by task type.
    var failures: [String: [String: Int]] = [:]

    init(id: String, number: Int, submitted: SubmittedJob, tasks: TaskArray, now: Date) {
        self.id = id
        self.number = number
        self.submitted = submitted
        self.tasks = tasks
        status = submitted.initialStatus ?? .queued
        created = now
        updated = now
        dependents = Self.dependents(of: tasks)
        counts = tasks.reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
        stepsCompleted = tasks.reduce(0) { $0 + $1.stepsCompleted }
        stepsTotal = tasks.reduce(0) { $0 + $1.stepsTotal }
    }

    private static func dependents(of tasks: TaskArray) -> [[Int]] {
        var dependents = [[Int]](repeating: [], count: tasks.count)
        for (index, task) in tasks.enumerated() {
            for dependency in task.dependencies { dependents[dependency].append(index) }
        }
        return dependents
    }

    /// Whether its tasks are assigned to workers.
    var isOpen: Bool { status == .queued || status == .active }

    mutating func recount(from old: TaskStatus, to new: TaskStatus) {
        counts[old, default: 0] -= 1
        counts[new, default: 0] += 1
        if counts[old] == 0 { counts[old] = nil }
    }

    /// Records the number of completed steps of a task.
    mutating func setSteps(_ steps: Int, ofTask index: Int) {
        stepsCompleted += steps - tasks[index].stepsCompleted
        tasks[index].stepsCompleted = steps
    }

    /// The job as sent over the wire.
    var job: Job {
        Job(
            submitted: submitted, id: id, created: Timestamp(created), updated: Timestamp(updated), status: status,
            activity: activity, stepsCompleted: stepsCompleted, stepsTotal: stepsTotal)
    }
}
