package import FlamencoAPI
package import FoundationEssentials

/// Updates of tasks by workers.
extension Farm {
    /// Processes the update of a task (contract: `taskUpdate`), from the worker that it is or was last assigned to.
    ///
    /// A repeated update, after its answer was lost, changes nothing. A late update counts as long as no other worker
    /// got the task: a completed task is completed, and a worker that continues is assigned the task again.
    ///
    /// - Throws: ``FarmError``: not found; conflict, if the task is not the worker's, or has ended in another way; bad
    ///   request, if the reported status does not exist.
    package mutating func update(
        task taskID: String, from id: String, _ update: TaskUpdate, now: Date
    ) throws(FarmError) {
        try hear(from: id, now: now)
        let place = try taskPlace(taskID)
        guard let worker = workers[id] else { return }
        if let status = update.taskStatus, status.unknownSpelling != nil {
            throw FarmError(.badRequest, "field \"taskStatus\": expected the status of a task, found \"\(status)\"")
        }
        if let steps = update.stepsCompleted, steps < 0 {
            throw FarmError(.badRequest, "field \"steps_completed\": expected a number of steps, found \(steps)")
        }
        let isHeld = worker.task == place
        let status = isHeld ? update.taskStatus : try newStatus(ofTaskAt: place, from: worker, update.taskStatus)
        // No copy of the task may exist here: appending to the log would copy it.
        if isHeld || update.taskStatus == nil || status != nil {
            changes?.note(place)
            jobs[place.job]?.tasks[place.index].touched = now
            jobs[place.job]?.tasks[place.index].updated = now
            if let steps = update.stepsCompleted { takeSteps(steps, of: place) }
            if let activity = update.activity { jobs[place.job]?.tasks[place.index].activity = activity }
            if let log = update.log { jobs[place.job]?.tasks[place.index].log.append(log, limit: rules.logLimit) }
        }
        take(status, ofTaskAt: place, from: worker, update.activity, now: now)
    }

    private mutating func take(
        _ status: TaskStatus?, ofTaskAt place: TaskPlace, from worker: WorkerRecord, _ activity: String?, now: Date
    ) {
        guard let status else { return }
        if status != .active { takeAway(place, mayBeRunning: false) }
        switch status {
        case .active where worker.task == place: break
        case .active:
            hold(place, by: worker.id); put(place, in: .active, "worker \(worker.name) continues it", now: now)
        case .failed: fail(place, by: worker.id, activity ?? "failed on worker \(worker.name)", now: now)
        default: put(place, in: status, "reported by worker \(worker.name)", now: now)
        }
    }

    /// Records the number of completed steps: never more than the total, and never fewer than before.
    private mutating func takeSteps(_ steps: Int, of place: TaskPlace) {
        guard let (known, total) = task(at: place).map({ ($0.stepsCompleted, $0.stepsTotal) }) else { return }
        jobs[place.job]?.setSteps(max(known, min(steps, total)), ofTask: place.index)
    }

    /// Returns the new status of a task from a worker that it is not assigned to; nil if it does not change.
    private func newStatus(
        ofTaskAt place: TaskPlace, from worker: WorkerRecord, _ status: TaskStatus?
    ) throws(FarmError) -> TaskStatus? {
        guard let task = task(at: place) else { return nil }
        let isRepeated = status == task.status || status == .failed && task.failedBy.contains(worker.id)
        if isRepeated, task.worker == worker.id || status == .failed { return nil }
        let hasEnded = task.status == .completed || task.status == .failed
        // A worker that only sends more output is told that the task was taken back: some workers have no other way to
        // find out.
        guard task.worker == worker.id, status != nil || hasEnded else {
            throw FarmError(
                .conflict,
                task.status == .active
                    ? "task \(task.id) is assigned to another worker"
                    : "task \(task.id) is not assigned to this worker, it is \(task.status)")
        }
        if hasEnded, status != nil { throw FarmError(.conflict, "task \(task.id) is already \(task.status)") }
        if status == .active, worker.task != nil {
            throw FarmError(.conflict, "task \(task.id) is not the current task of this worker")
        }
        return status
    }
}

/// Outputs of tasks.
extension Farm {
    /// Returns the UUID of the job for which a worker produced an output with a task (Flamenco 3:
    /// `taskOutputProduced`).
    ///
    /// The output may be reported after the task has ended, as long as no other worker has got it since.
    package mutating func job(
        ofOutputOfTask taskID: String, from id: String, now: Date
    ) throws(FarmError) -> String {
        try hear(from: id, now: now)
        let place = try taskPlace(taskID)
        guard let jobID = jobs[place.job]?.id, jobs[place.job]?.tasks[place.index].worker == id else {
            throw FarmError(.conflict, "task \(taskID) is not and was not assigned to this worker")
        }
        if workers[id]?.task == place { jobs[place.job]?.tasks[place.index].touched = now }
        return jobID
    }
}
