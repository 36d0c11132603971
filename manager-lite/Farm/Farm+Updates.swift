package import FlamencoAPI
package import FoundationEssentials

/// What workers say about their tasks.
extension Farm {
    /// Takes word of a task (contract: `taskUpdate`).
    ///
    /// Word that comes again, since the answer to it was lost, changes nothing. Late word of the worker that had the task last
    /// counts while nobody else has it: work that is done need not be done again.
    ///
    /// - Throws: ``FarmError``: not found; conflict, when the task is not the worker's, or not any more; bad request, when
    ///   the worker reports a state that is not its to report.
    package mutating func update(
        task taskID: String, from id: String, _ update: TaskUpdate, now: Date
    ) throws(FarmError) {
        try hear(from: id, now: now)
        let place = try taskPlace(taskID)
        guard let worker = workers[id] else { return }
        if let status = update.taskStatus, ![.active, .completed, .failed].contains(status) {
            throw FarmError(
                .badRequest,
                "field “taskStatus”: expected what a worker reports, “active”, “completed” or “failed”, found “\(status)”"
            )
        }
        if let steps = update.stepsCompleted, steps < 0 {
            throw FarmError(.badRequest, "field “steps_completed”: expected a number of steps, found \(steps)")
        }
        guard worker.task == place || isLastHolder(id, ofTaskAt: place) else {
            try takeLateWord(ofTaskAt: place, from: id, update)
            return
        }
        // No copy of the task may be alive here: it would make appending to the log copy it.
        jobs[place.job]?.tasks[place.index].touched = now
        jobs[place.job]?.tasks[place.index].updated = now
        if let steps = update.stepsCompleted, worker.task == place { takeSteps(steps, of: place) }
        if let activity = update.activity { jobs[place.job]?.tasks[place.index].activity = activity }
        if let log = update.log { jobs[place.job]?.tasks[place.index].log.append(log, limit: rules.logLimit) }
        switch update.taskStatus {
        case .completed:
            takeAway(place, mayBeRunning: false)
            move(place, to: .completed, "worker \(worker.name) completed it", now: now)
            settle(place.job, now: now, "task \(task(at: place)?.name ?? "") was the last one")
        case .failed:
            takeAway(place, mayBeRunning: false)
            fail(place, by: id, update.activity ?? "worker \(worker.name) failed at it", now: now)
        default:
            break
        }
    }

    /// Whether a task waits to be done again since this worker, which had it last, did not say how it ended.
    private func isLastHolder(_ id: String, ofTaskAt place: TaskPlace) -> Bool {
        guard let task = task(at: place), task.releasedBy == id else { return false }
        return task.waitsForWorker || task.status == .paused
    }

    /// Takes word of how many steps are done: never more than there are, and never fewer than before.
    private mutating func takeSteps(_ steps: Int, of place: TaskPlace) {
        guard let (known, total) = task(at: place).map({ ($0.stepsCompleted, $0.stepsTotal) }) else { return }
        jobs[place.job]?.tasks[place.index].stepsCompleted = max(known, min(steps, total))
    }

    /// Word of a task that the worker does not have.
    private mutating func takeLateWord(
        ofTaskAt place: TaskPlace, from id: String, _ update: TaskUpdate
    ) throws(FarmError) {
        guard let task = task(at: place) else { return }
        let wasItsOwn = task.worker == id && (task.status == .completed || task.status == .failed)
        if wasItsOwn, update.taskStatus == nil {
            if let log = update.log { jobs[place.job]?.tasks[place.index].log.append(log, limit: rules.logLimit) }
            return
        }
        if wasItsOwn, update.taskStatus == task.status { return }
        if update.taskStatus == .failed, task.failedBy.contains(id) { return }
        throw FarmError(
            .conflict,
            wasItsOwn
                ? "task \(task.id) is \(task.status) already"
                : task.status == .active
                    ? "task \(task.id) is assigned to another worker"
                    : "task \(task.id) is not assigned to this worker any more, it is \(task.status)")
    }
}
