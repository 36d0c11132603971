package import FlamencoAPI
package import FoundationEssentials

/// What people do with single tasks.
extension Farm {
    /// Changes the state of a task (Flamenco 3: `setTaskStatus`), with what follows from it for its job.
    ///
    /// Any state can be asked for, in any state of the job, and asking for the state that the task is in makes its job
    /// follow again.
    package mutating func setStatus(ofTask id: String, _ change: TaskStatusChange, now: Date) throws(FarmError) {
        let place = try taskPlace(id)
        let status = change.status == .cancelRequested ? .canceled : change.status
        guard status.unknownSpelling == nil else {
            throw FarmError(.badRequest, "field “status”: expected the status of a task, found “\(status)”")
        }
        if status == .queued { jobs[place.job]?.tasks[place.index].failedBy = [] }
        put(place, in: status, change.reason.flatMap { $0.isEmpty ? nil : $0 } ?? "somebody asked for it", now: now)
    }
}
