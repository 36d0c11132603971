package import FlamencoAPI
import FoundationEssentials

/// The consequences of failures.
extension Farm {
    /// Records that a worker failed a task, which is now unassigned.
    ///
    /// Another worker may retry it, until as many failed as the rules allow, or none is left that could; then the task
    /// and its job have failed.
    mutating func fail(_ place: TaskPlace, by id: String, _ reason: String, now: Date) {
        guard let task = task(at: place) else { return }
        let failedBy = task.failedBy.contains(id) ? task.failedBy : task.failedBy + [id]
        jobs[place.job]?.tasks[place.index].failedBy = failedBy
        countFailure(of: id, atType: task.type, ofJob: place.job, now: now)
        let mayBeRetried = failedBy.count < rules.failuresOfTask && canBeRetried(place, now: now)
        put(place, in: mayBeRetried ? .softFailed : .failed, reason, now: now)
    }

    private mutating func countFailure(of id: String, atType type: String, ofJob number: Int, now: Date) {
        jobs[number]?.failures[id, default: [:]][type, default: 0] += 1
        guard let job = jobs[number], job.failures[id]?[type] == rules.failuresOfWorker, let worker = workers[id] else {
            return
        }
        record(
            .worker(id), worker.status.spelling,
            "worker \(worker.name) is blocked from \(type) tasks of job \(job.submitted.name): "
                + "it failed \(rules.failuresOfWorker) of them", now)
    }

    /// Returns whether a worker could retry a task: one that is present, or has not been away for long.
    func canBeRetried(_ place: TaskPlace, now: Date) -> Bool {
        guard let task = task(at: place) else { return false }
        return workers.values.contains { worker in
            worker.hasSignedOn && worker.supportedTaskTypes.contains(task.type) && !task.failedBy.contains(worker.id)
                && (worker.isPresent || now.timeIntervalSince(worker.lastSeen) <= rules.absence)
                && mayHave(tasksOfJob: place.job, worker)
                && !isBlocked(worker: worker.id, fromType: task.type, ofJob: place.job)
        }
    }
}

/// The blocklists of jobs.
extension Farm {
    /// Returns the workers that are blocked from task types in a job, in order of registration (Flamenco 3:
    /// `fetchJobBlocklist`); empty for an unknown job.
    package func fetchBlocklist(ofJob id: String) throws(FarmError) -> JobBlocklist {
        guard let number = jobNumbers[try Identity.read(id, of: "job")], let job = jobs[number] else { return [] }
        return workersInOrder.flatMap { worker in
            (job.failures[worker.id] ?? [:]).keys.sorted()
                .filter { isBlocked(worker: worker.id, fromType: $0, ofJob: job.number) }
                .map { JobBlocklistEntry(workerID: worker.id, taskType: $0, workerName: worker.name) }
        }
    }

    /// Removes entries from the blocklist of a job (Flamenco 3: `removeJobBlocklist`); ignores entries that do not
    /// exist.
    package mutating func removeFromBlocklist(ofJob id: String, _ entries: JobBlocklist) throws(FarmError) {
        let number = try jobNumber(id)
        guard !entries.isEmpty else {
            throw FarmError(
                .badRequest, "expected the entries to remove from the blocklist, found an empty list")
        }
        var keys: [(worker: String, type: String)] = []
        for entry in entries { keys.append((try Identity.read(entry.workerID, of: "worker"), entry.taskType)) }
        for (worker, type) in keys { jobs[number]?.failures[worker]?[type] = nil }
    }
}
