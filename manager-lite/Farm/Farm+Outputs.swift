package import FoundationEssentials

/// What tasks make.
extension Farm {
    /// The identity of the job for which a worker has made something with a task (Flamenco 3: `taskOutputProduced`).
    ///
    /// Word of it may come when the task is over, as long as no other worker has got it since.
    package mutating func job(
        ofOutputOfTask taskID: String, from id: String, now: Date
    ) throws(FarmError) -> String {
        try hear(from: id, now: now)
        let place = try taskPlace(taskID)
        guard let jobID = jobs[place.job]?.id, jobs[place.job]?.tasks[place.index].worker == id else {
            throw FarmError(.conflict, "task \(taskID) is not assigned to this worker, and was not before")
        }
        if workers[id]?.task == place { jobs[place.job]?.tasks[place.index].touched = now }
        return jobID
    }
}
