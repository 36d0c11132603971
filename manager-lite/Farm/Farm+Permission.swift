package import FlamencoAPI
package import FoundationEssentials

/// Whether workers may go on with what they run.
extension Farm {
    /// Whether a worker may go on with a task (Flamenco 3: `mayWorkerRun`). One that may is not stuck.
    ///
    /// It may not when the task is not its own any more, and when it has to go to another state at once; a state that can
    /// wait for the end of the task makes no difference.
    package mutating func mayRun(
        task taskID: String, worker id: String, now: Date
    ) throws(FarmError) -> TaskPermission {
        try hear(from: id, now: now)
        let place = try taskPlace(taskID)
        guard let worker = workers[id] else { return TaskPermission(mayKeepRunning: false) }
        if let request = worker.dueRequest {
            return TaskPermission(
                mayKeepRunning: false, reason: "the worker is asked to go \(request.status)",
                statusChangeRequested: true)
        }
        guard worker.task == place else {
            let status = task(at: place).map { "it is \($0.status)" } ?? "it is gone"
            return TaskPermission(
                mayKeepRunning: false, reason: "the task is not assigned to this worker any more, \(status)")
        }
        jobs[place.job]?.tasks[place.index].touched = now
        return TaskPermission(mayKeepRunning: true)
    }
}
