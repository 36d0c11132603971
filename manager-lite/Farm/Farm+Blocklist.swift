package import FlamencoAPI

/// Which workers failed too often to get more of the same.
extension Farm {
    /// The workers that get no more tasks of some type in a job, in the order of their registration (Flamenco 3:
    /// `fetchJobBlocklist`); none of a job that is not there.
    package func fetchBlocklist(ofJob id: String) throws(FarmError) -> JobBlocklist {
        guard let number = jobNumbers[try Identity.read(id, of: "job")], let job = jobs[number] else { return [] }
        return workersInOrder.flatMap { worker in
            (job.failures[worker.id] ?? [:]).keys.sorted()
                .filter { isBlocked(worker: worker.id, fromType: $0, ofJob: job.number) }
                .map { JobBlocklistEntry(workerID: worker.id, taskType: $0, workerName: worker.name) }
        }
    }

    /// Lets workers have tasks of these types in a job again (Flamenco 3: `removeJobBlocklist`); those that may have them
    /// stay as they are.
    package mutating func removeFromBlocklist(ofJob id: String, _ entries: JobBlocklist) throws(FarmError) {
        let number = try jobNumber(id)
        guard !entries.isEmpty else {
            throw FarmError(
                .badRequest, "expected the workers and types to take from the blocklist, found an empty list")
        }
        var keys: [(worker: String, type: String)] = []
        for entry in entries { keys.append((try Identity.read(entry.workerID, of: "worker"), entry.taskType)) }
        for (worker, type) in keys { jobs[number]?.failures[worker]?[type] = nil }
    }
}
