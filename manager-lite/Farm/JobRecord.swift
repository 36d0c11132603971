import FlamencoAPI
import FoundationEssentials

/// A job as the farm keeps it.
struct JobRecord: Codable, Hashable, Sendable {
    /// What people have decided about the job, or its failures for them.
    enum Phase: Codable, Hashable, Sendable {
        /// Its tasks are given to workers.
        case open
        /// Its tasks are held back until somebody resumes it.
        case paused
        /// A task failed for good: nothing more is started, what runs may end.
        case failed
        /// Somebody cancelled it.
        case canceled
    }

    let id: String
    /// Which one in the order of submission.
    let number: Int
    var submitted: SubmittedJob
    let created: Date
    var updated: Date
    var phase = Phase.open
    /// The state that follows from the phase and the tasks.
    var status = JobStatus.queued
    /// What last happened to it, in one sentence.
    var activity = ""
    var tasks: [TaskRecord]
    /// For each task the tasks that depend on it, by their places.
    let dependents: [[Int]]
    /// How many tasks there are in each state.
    private(set) var counts: [TaskStatus: Int]
    /// How often each worker failed at each type of task.
    var failures: [String: [String: Int]] = [:]

    init(id: String, number: Int, submitted: SubmittedJob, tasks: [TaskRecord], now: Date) {
        self.id = id
        self.number = number
        self.submitted = submitted
        self.tasks = tasks
        created = now
        updated = now
        var dependents = [[Int]](repeating: [], count: tasks.count)
        for (index, task) in tasks.enumerated() {
            for dependency in task.dependencies { dependents[dependency].append(index) }
        }
        self.dependents = dependents
        counts = [.queued: tasks.count]
    }

    func count(_ status: TaskStatus) -> Int { counts[status] ?? 0 }

    mutating func recount(from old: TaskStatus, to new: TaskStatus) {
        counts[old, default: 0] -= 1
        counts[new, default: 0] += 1
        if counts[old] == 0 { counts[old] = nil }
    }

    /// The job as it goes over the wire.
    var job: Job {
        Job(
            submitted: submitted, id: id, created: Timestamp(created), updated: Timestamp(updated), status: status,
            activity: activity, stepsCompleted: tasks.reduce(0) { $0 + $1.stepsCompleted },
            stepsTotal: tasks.reduce(0) { $0 + $1.stepsTotal })
    }

    /// The state that follows from the phase and the tasks.
    var dueStatus: JobStatus {
        switch phase {
        case .failed: return .failed
        case .canceled: return .canceled
        case .open, .paused: break
        }
        let finished = count(.completed) + count(.failed) + count(.canceled)
        if finished == tasks.count {
            return count(.failed) > 0 ? .failed : count(.canceled) > 0 ? .canceled : .completed
        }
        if phase == .paused { return .paused }
        return count(.active) + count(.completed) + count(.softFailed) > 0 ? .active : .queued
    }
}
