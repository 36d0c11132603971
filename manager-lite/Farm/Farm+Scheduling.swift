package import FlamencoAPI
package import FoundationEssentials

/// The farm's answer to a task request.
package enum Assignment: Hashable, Sendable {
    /// The task to run (200).
    case task(AssignedTask)
    /// There is no task for it (204).
    case nothing
    /// The worker is not awake (409), but has this status.
    case notAwake(WorkerStatus)
    /// It has to change its status first (423).
    case stateChangeRequested(WorkerStateChange)
}

/// Assignment of tasks.
extension Farm {
    /// Returns the task that a worker has to run (contract: `scheduleTask`).
    ///
    /// The same task until it is finished; then the one with the highest priority of its job, then of itself, then of
    /// the oldest job, then the first in the job, of those whose dependencies are completed and whose type the worker
    /// supports. A worker is not assigned tasks that it failed, nor tasks of a type that it failed too often in the
    /// same job.
    ///
    /// - Parameter dialect: the API of the worker.
    package mutating func scheduleTask(
        for id: String, in dialect: APIDialect = .v3, now: Date
    ) throws(FarmError) -> Assignment {
        try hear(from: id, now: now)
        guard let worker = workers[id] else { return .nothing }
        guard worker.status == .awake else { return .notAwake(worker.status) }
        if let request = worker.dueRequest {
            return .stateChangeRequested(WorkerStateChange(statusRequested: request.status))
        }
        // A worker that requests a task is not running one.
        workers[id]?.hasToStop = false
        if let place = worker.task { return assigned(place, to: worker, in: dialect) }
        guard
            let place = runnable.first(
                ofTypes: worker.supportedTaskTypes,
                mayHaveOf: { mayHave(tasksOfJob: $0, worker) && !isBlocked(worker: id, fromType: $1, ofJob: $0) },
                mayHave: { task(at: $0)?.failedBy.contains(id) == false })
        else { return .nothing }
        assign(place, to: worker, now: now)
        return assigned(place, to: worker, in: dialect)
    }

    /// Whether there are runnable tasks, whether or not a worker is available for them.
    package var hasRunnableTasks: Bool { !runnable.isEmpty }

    private mutating func assign(_ place: TaskPlace, to worker: WorkerRecord, now: Date) {
        jobs[place.job]?.tasks[place.index].worker = worker.id
        hold(place, by: worker.id)
        put(place, in: .active, "assigned to worker \(worker.name)", now: now)
        jobs[place.job]?.tasks[place.index].touched = now
        jobs[place.job]?.tasks[place.index].attempts += 1
        if let task = task(at: place), task.attempts > 1, !task.log.isEmpty {
            jobs[place.job]?.tasks[place.index].log.append(
                "\n--- attempt \(task.attempts), worker \(worker.name) ---\n", limit: rules.logLimit)
        }
    }

    private func assigned(_ place: TaskPlace, to worker: WorkerRecord, in dialect: APIDialect) -> Assignment {
        guard let job = jobs[place.job] else { return .nothing }
        let task = job.tasks[place.index]
        return .task(
            AssignedTask(
                uuid: task.id.text, job: job.id, name: task.name,
                status: task.status, priority: task.priority, jobPriority: job.submitted.priority,
                jobType: job.submitted.type, taskType: task.type,
                commands: task.commands.map { variables.forWorkers(of: dialect).expand($0, on: worker.platform) },
                stepsCompleted: task.stepsCompleted, stepsTotal: task.stepsTotal))
    }

    /// Whether a worker is blocked from tasks of a type in a job, because it failed too often.
    func isBlocked(worker id: String, fromType type: String, ofJob number: Int) -> Bool {
        jobs[number]?.failures[id]?[type] ?? 0 >= rules.failuresOfWorker
    }
}

/// Permission to continue tasks.
extension Farm {
    /// Returns whether a worker may continue a task (Flamenco 3: `mayWorkerRun`). A permitted task is not stuck.
    ///
    /// It may not if the task is no longer assigned to it, or if it has to change its status immediately; a change that
    /// can wait for the end of the task does not matter.
    package mutating func mayRun(
        task taskID: String, worker id: String, now: Date
    ) throws(FarmError) -> TaskPermission {
        try hear(from: id, now: now)
        let place = try taskPlace(taskID)
        guard let worker = workers[id] else { return TaskPermission(mayKeepRunning: false) }
        if let request = worker.dueRequest {
            return TaskPermission(
                mayKeepRunning: false, reason: "the worker was asked to go \(request.status)",
                statusChangeRequested: true)
        }
        guard worker.task == place else {
            let status = task(at: place).map { "it is \($0.status)" } ?? "it was deleted"
            return TaskPermission(
                mayKeepRunning: false, reason: "the task is no longer assigned to this worker: \(status)")
        }
        jobs[place.job]?.tasks[place.index].touched = now
        return TaskPermission(mayKeepRunning: true)
    }
}
