import FlamencoAPI
package import FoundationEssentials

/// What follows from silence.
extension Farm {
    /// The manager listens from now on: it has just started, or stood still before. What was silent until now gets
    /// ``FarmRules/startGrace`` to be heard of again.
    package mutating func listen(from now: Date) { listensSince = now }

    /// Whether nothing was heard for longer than `limit` since a time.
    private func isOverdue(_ last: Date, _ limit: Double, now: Date) -> Bool {
        guard now.timeIntervalSince(last) > limit else { return false }
        guard let listensSince, last < listensSince else { return true }
        return now.timeIntervalSince(listensSince) > max(FarmRules.startGrace, limit)
    }

    /// Does what is due at this time; to be called every few seconds.
    ///
    /// Workers that have not been heard of count as lost, and their tasks go back to the queue. Tasks without an update
    /// have failed at their worker. Tasks that wait for another try have failed for good when nobody is left to try.
    ///
    /// - Returns: what happened, oldest first.
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

    /// Whether a look at a worker is worth while: there may be thousands.
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
