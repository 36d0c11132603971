import FlamencoAPI
import FoundationEssentials
package import JobTypes

/// The state of a farm and every rule about it: jobs, tasks and workers, who works on what, and what follows when that
/// fails.
///
/// A farm is a value: each request is a method that changes it and gives the answer. It does no I/O, has no clock and no
/// randomness: the time and a source of randomness come with the requests. As bytes (``archive()``), it can be kept in a
/// file; job types are code and do not go with it.
///
/// Identities are UUIDs in lower case; those that come in are not told apart by case.
package struct Farm: Sendable {
    package var jobTypes: JobTypeRegistry
    package var rules: FarmRules
    package var variables: Variables
    /// What happened: every change of the state of a job, a task or a worker.
    package internal(set) var trail = EventTrail()

    // Jobs and tasks are spoken of by numbers inside; the identities lead to them.
    var jobs: [Int: JobRecord] = [:]
    var workers: [String: WorkerRecord] = [:]
    var nextJobNumber = 0
    var nextWorkerNumber = 0
    /// The tags of workers, in the order in which they were made.
    var tags: [WorkerTag] = []

    // What follows from the above, kept for speed.
    var jobNumbers: [String: Int] = [:]
    var taskPlaces: [Identity: TaskPlace] = [:]
    var runnable = RunnableTasks()
    var softFailed: Set<TaskPlace> = []

    /// When the manager began to listen, or went on after it had stood still.
    var listensSince: Date?

    /// What has changed since somebody looked; absent while nobody watches.
    var changes: FarmChanges?

    /// A farm without jobs and workers.
    package init(
        jobTypes: JobTypeRegistry = .builtin, rules: FarmRules = FarmRules(), variables: Variables = .standard
    ) {
        self.jobTypes = jobTypes
        self.rules = rules
        self.variables = variables
    }
}

extension Farm {
    /// Enters a job that is new here into all that follows from the jobs.
    mutating func index(_ job: JobRecord) {
        jobNumbers[job.id] = job.number
        for (index, task) in job.tasks.enumerated() {
            let place = TaskPlace(job: job.number, index: index)
            taskPlaces[task.id] = place
            if job.isOpen, task.waitsForWorker, task.waitingFor == 0 { runnable.set(true, index, of: job) }
            if task.status == .softFailed { softFailed.insert(place) }
        }
    }
}

extension Farm: Equatable {
    /// Whether both farms are in the same state; job types do not count.
    package static func == (left: Farm, right: Farm) -> Bool {
        left.rules == right.rules && left.variables == right.variables && left.trail == right.trail
            && left.jobs == right.jobs && left.workers == right.workers
            && left.nextJobNumber == right.nextJobNumber && left.nextWorkerNumber == right.nextWorkerNumber
            && left.tags == right.tags
    }
}
