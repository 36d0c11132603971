import FlamencoAPI
package import FoundationEssentials

/// Timeouts of workers and tasks.
extension Farm {
    /// Records that the manager receives requests from now on: it was started, or was suspended before. Workers and
    /// tasks that were silent until now get ``FarmRules/startGrace`` to report again.
    package mutating func listen(from now: Date) { listensSince = now }

    /// Whether nothing was received for longer than `limit` since a time.
    private func isOverdue(_ last: Date, _ limit: Double, now: Date) -> Bool {
        guard now.timeIntervalSince(last) > limit else { return false }
        guard let listensSince, last < listensSince else { return true }
        return now.timeIntervalSince(listensSince) > max(FarmRules.startGrace, limit)
    }

    /// Applies the timeouts at this time; must be called every few seconds.
    ///
    /// Workers that did not respond count as lost, and their tasks are requeued. Tasks without an update have failed on
    /// their worker. Tasks that wait for another attempt have failed if no worker is left to retry them.
    ///
    /// - Returns: the resulting events, oldest first.
    package mutating func sweep(now: Date) -> [FarmEvent] {
        let start = trail.nextSequence
        obeySchedules(now: now)
        for worker in inOrder(workers.values.filter { mayBeOverdue($0, now: now) }) {
            if worker.isPresent, isOverdue(worker.lastSeen, rules.workerTimeout, now: now) {
                lose(worker, now: now)
            }
            if let place = workers[worker.id]?.task, let touched = task(at: place)?.touched,
                isOverdue(touched, rules.taskTimeout, now: now)
            {
                takeAway(place, mayBeRunning: true)
                let reason = "no update from worker \(worker.name) for \(Int(rules.taskTimeout)) s"
                jobs[place.job]?.tasks[place.index].activity = reason
                fail(place, by: worker.id, reason, now: now)
            }
        }
        for place in softFailed.sorted(by: { ($0.job, $0.index) < ($1.job, $1.index) })
        where softFailed.contains(place) && !canBeRetried(place, now: now) {
            put(place, in: .failed, "no other worker can retry it", now: now)
        }
        return Array(trail.events(from: start))
    }

    /// Whether a worker needs to be checked: there may be thousands.
    private func mayBeOverdue(_ worker: WorkerRecord, now: Date) -> Bool {
        if worker.isPresent, isOverdue(worker.lastSeen, rules.workerTimeout, now: now) { return true }
        guard let place = worker.task, let touched = jobs[place.job]?.tasks[place.index].touched else { return false }
        return isOverdue(touched, rules.taskTimeout, now: now)
    }

    private mutating func lose(_ worker: WorkerRecord, now: Date) {
        let reason = "worker \(worker.name) did not respond for \(Int(rules.workerTimeout)) s"
        releaseTask(of: worker.id, mayBeRunning: true, reason, now: now)
        workers[worker.id]?.statusBeforeLoss = worker.status
        move(worker: worker.id, to: .error, "it did not respond for \(Int(rules.workerTimeout)) s", now: now)
    }
}
