package import FlamencoAPI
package import FoundationEssentials

/// What people do with single tasks.
extension Farm {
    /// Changes the state of a task, as far as that is for people to change (Flamenco 3: `setTaskStatus`): queue it again,
    /// cancel it, fail it.
    package mutating func setStatus(ofTask id: String, _ change: TaskStatusChange, now: Date) throws(FarmError) {
        let place = try taskPlace(id)
        let reason = change.reason.flatMap { $0.isEmpty ? nil : $0 } ?? "somebody asked for it"
        switch change.status {
        case .queued: try requeue(place, reason, now: now)
        case .canceled, .cancelRequested: try cancel(place, reason, now: now)
        case .failed: try fail(place, reason, now: now)
        default:
            throw FarmError(
                .badRequest, "field “status”: expected “queued”, “canceled” or “failed”, found “\(change.status)”")
        }
    }

    /// Queues a task again; a job that was finished is open again, with this task to do.
    private mutating func requeue(_ place: TaskPlace, _ reason: String, now: Date) throws(FarmError) {
        guard let job = jobs[place.job] else { return }
        let task = job.tasks[place.index]
        if task.status == .queued { return }
        guard job.status != .paused else {
            throw FarmError(.conflict, "job \(job.id) is paused; resume it before its tasks are queued again")
        }
        let dependencies = task.dependencies.map { job.tasks[$0] }
        if let hindrance = dependencies.first(where: { $0.status == .canceled || $0.status == .failed }) {
            throw FarmError(
                .conflict,
                "task \(task.name) depends on task \(hindrance.name), which is \(hindrance.status); queue that or the job again"
            )
        }
        takeAway(place, mayBeRunning: true)
        jobs[place.job]?.phase = .open
        jobs[place.job]?.tasks[place.index].failedBy = []
        jobs[place.job]?.tasks[place.index].releasedBy = nil
        move(place, to: .queued, reason, now: now)
        settle(place.job, now: now, reason)
    }

    /// Cancels a task, and those that depend on it, which could never run.
    private mutating func cancel(_ place: TaskPlace, _ reason: String, now: Date) throws(FarmError) {
        guard let job = jobs[place.job], let task = task(at: place), task.status != .canceled else { return }
        guard task.status != .completed, task.status != .failed else {
            throw FarmError(.conflict, "task \(task.id) is \(task.status); there is nothing to cancel")
        }
        takeAway(place, mayBeRunning: true)
        move(place, to: .canceled, reason, now: now)
        var canceled = [place.index]
        while let index = canceled.popLast() {
            for dependent in job.dependents[index] {
                let next = TaskPlace(job: place.job, index: dependent)
                guard let task = self.task(at: next), task.waitsForWorker || task.status == .paused else { continue }
                move(next, to: .canceled, "it depends on task \(job.tasks[index].name), which is canceled", now: now)
                canceled.append(dependent)
            }
        }
        settle(place.job, now: now, "task \(task.name) is canceled")
    }

    private mutating func fail(_ place: TaskPlace, _ reason: String, now: Date) throws(FarmError) {
        guard let task = task(at: place), task.status != .failed else { return }
        guard task.status != .completed, task.status != .canceled else {
            throw FarmError(.conflict, "task \(task.id) is \(task.status); only one that is to be run can fail")
        }
        takeAway(place, mayBeRunning: true)
        failForGood(place, reason, now: now)
    }
}
