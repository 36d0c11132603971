package import FlamencoAPI
package import FoundationEssentials

/// What people do with jobs.
extension Farm {
    /// Changes the state of a job, as far as that is for people to change (Flamenco 3: `setJobStatus`): cancel, pause,
    /// resume, queue again.
    package mutating func setStatus(ofJob id: String, _ change: JobStatusChange, now: Date) throws(FarmError) {
        let number = try jobNumber(id)
        let reason = change.reason.flatMap { $0.isEmpty ? nil : $0 } ?? "somebody asked for it"
        switch change.status.spelling {
        case "canceled", "cancel-requested": try cancel(number, reason, now: now)
        case "queued", "requeued", "requeueing": requeue(number, reason, now: now)
        case "paused", "pause-requested": try pause(number, reason, now: now)
        case "active": try resume(number, reason, now: now)
        default:
            throw FarmError(
                .badRequest,
                "field “status”: expected “canceled”, “queued”, “paused” or “active”, found “\(change.status)”")
        }
    }

    /// Changes the priority of a job (Flamenco 3: `setJobPriority`).
    package mutating func setPriority(ofJob id: String, to priority: Int, now: Date) throws(FarmError) {
        let number = try jobNumber(id)
        guard let job = jobs[number], job.submitted.priority != priority else { return }
        jobs[number]?.submitted.priority = priority
        jobs[number]?.updated = now
        runnable.reprioritize(job: number, to: priority)
        record(.job(job.id), job.status.spelling, "job \(job.submitted.name) has priority \(priority)", now)
    }

    /// Forgets a job (Flamenco 3: `deleteJob`); workers that are on it are told to stop.
    package mutating func deleteJob(_ id: String, now: Date) throws(FarmError) {
        let job = try job(id)
        for (index, task) in job.tasks.enumerated() {
            let place = TaskPlace(job: job.number, index: index)
            takeAway(place, mayBeRunning: true)
            taskPlaces[task.id] = nil
            softFailed.remove(place)
        }
        runnable.remove(job: job.number)
        jobs[job.number] = nil
        jobNumbers[job.id] = nil
        record(.job(job.id), "deleted", "job \(job.submitted.name) was deleted", now)
    }

    // MARK: - Phases

    private mutating func cancel(_ number: Int, _ reason: String, now: Date) throws(FarmError) {
        guard let job = jobs[number], job.status != .canceled else { return }
        guard job.status != .completed else {
            throw FarmError(.conflict, "job \(job.id) is completed; there is nothing to cancel")
        }
        jobs[number]?.phase = .canceled
        cancelWaitingTasks(of: number, reason, now: now)
        for (index, task) in job.tasks.enumerated() where task.status == .active {
            let place = TaskPlace(job: number, index: index)
            takeAway(place, mayBeRunning: true)
            move(place, to: .canceled, reason, now: now)
        }
        settle(number, now: now, reason)
    }

    /// What was completed stays so, unless all was; everything else begins anew, and failures are forgotten.
    private mutating func requeue(_ number: Int, _ reason: String, now: Date) {
        guard let job = jobs[number] else { return }
        if job.status == .paused {
            open(number, reason, now: now)
            return
        }
        jobs[number]?.phase = .open
        jobs[number]?.failures = [:]
        for (index, task) in job.tasks.enumerated()
        where task.status != .active && (task.status != .completed || job.status == .completed) {
            jobs[number]?.tasks[index].failedBy = []
            move(TaskPlace(job: number, index: index), to: .queued, reason, now: now)
        }
        settle(number, now: now, reason)
    }

    mutating func pause(_ number: Int, _ reason: String, now: Date) throws(FarmError) {
        guard let job = jobs[number], job.phase != .paused else { return }
        guard job.status == .queued || job.status == .active else {
            throw FarmError(
                .conflict, "job \(job.id) is \(job.status); only one that is queued or active can be paused")
        }
        jobs[number]?.phase = .paused
        for (index, task) in job.tasks.enumerated() where task.waitsForWorker {
            move(TaskPlace(job: number, index: index), to: .paused, reason, now: now)
        }
        settle(number, now: now, reason)
    }

    private mutating func resume(_ number: Int, _ reason: String, now: Date) throws(FarmError) {
        guard let job = jobs[number], job.status != .active, job.status != .queued else { return }
        guard job.phase == .paused, job.status == .paused else {
            throw FarmError(.conflict, "job \(job.id) is \(job.status); only one that is paused can be resumed")
        }
        open(number, reason, now: now)
    }

    private mutating func open(_ number: Int, _ reason: String, now: Date) {
        jobs[number]?.phase = .open
        for (index, task) in (jobs[number]?.tasks ?? []).enumerated() where task.status == .paused {
            move(
                TaskPlace(job: number, index: index), to: task.failedBy.isEmpty ? .queued : .softFailed, reason,
                now: now)
        }
        settle(number, now: now, reason)
    }
}
