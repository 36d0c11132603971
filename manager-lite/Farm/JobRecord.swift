import FlamencoAPI
import FoundationEssentials

/// A job as the farm keeps it.
struct JobRecord: Hashable, Sendable {
    let id: String
    /// Which one in the order of submission.
    let number: Int
    var submitted: SubmittedJob
    let created: Date
    var updated: Date
    var status: JobStatus
    /// What last happened to it, in one sentence.
    var activity = ""
    var tasks: TaskArray
    /// For each task the tasks that depend on it, by their places.
    let dependents: [[Int]]
    /// How many tasks there are in each state.
    private(set) var counts: TaskCounts
    /// How many steps its tasks have, and how many of them are done.
    let stepsTotal: Int
    private(set) var stepsCompleted: Int
    /// How often each worker failed at each type of task.
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

    /// Whether its tasks are given to workers.
    var isOpen: Bool { status == .queued || status == .active }

    mutating func recount(from old: TaskStatus, to new: TaskStatus) {
        counts[old, default: 0] -= 1
        counts[new, default: 0] += 1
        if counts[old] == 0 { counts[old] = nil }
    }

    /// Notes how many steps of a task are done.
    mutating func setSteps(_ steps: Int, ofTask index: Int) {
        stepsCompleted += steps - tasks[index].stepsCompleted
        tasks[index].stepsCompleted = steps
    }

    /// The job as it goes over the wire.
    var job: Job {
        Job(
            submitted: submitted, id: id, created: Timestamp(created), updated: Timestamp(updated), status: status,
            activity: activity, stepsCompleted: stepsCompleted, stepsTotal: stepsTotal)
    }
}
