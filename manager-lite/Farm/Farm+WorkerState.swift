package import FlamencoAPI
package import FoundationEssentials

/// The status of workers, and requests to change it.
extension Farm {
    /// Returns the status that a worker has to change to, if any (contract: `workerState`).
    ///
    /// A worker whose task was taken back is asked to be awake, because every request stops the running task.
    package mutating func requestedState(ofWorker id: String, now: Date) throws(FarmError) -> WorkerStateChange? {
        try hear(from: id, now: now)
        guard let worker = workers[id] else { return nil }
        if let request = worker.dueRequest { return WorkerStateChange(statusRequested: request.status) }
        return worker.hasToStop ? WorkerStateChange(statusRequested: .awake) : nil
    }

    /// Records the new status of a worker (contract: `workerStateChanged`).
    ///
    /// If it fulfils a request, or cannot work in this status, its task is requeued.
    package mutating func stateChanged(
        ofWorker id: String, to status: WorkerStatus, now: Date
    ) throws(FarmError) {
        try hear(from: id, now: now)
        try Self.requireKnown(status)
        let answersRequest = workers[id]?.request?.isAnswered(by: status) == true
        if answersRequest { workers[id]?.request = nil }
        if answersRequest || status != .awake {
            releaseTask(of: id, mayBeRunning: false, "worker \(name(ofWorker: id)) went \(status)", now: now)
        }
        workers[id]?.hasToStop = false
        move(worker: id, to: status, answersRequest ? "as requested" : "reported by the worker", now: now)
    }

    private static func requireKnown(_ status: WorkerStatus) throws(FarmError) {
        guard status.unknownSpelling != nil else { return }
        let known = WorkerStatus.spellings.map { "\"\($0)\"" }
        throw FarmError(
            .badRequest, "field \"status\": expected one of \(known.joined(separator: ", ")), found \"\(status)\"")
    }

    /// Requests a status change of a worker (Flamenco 3: `requestWorkerStatusChange`).
    ///
    /// A lazy request lets it finish its task first. A request for its current status withdraws the previous one.
    package mutating func requestState(
        ofWorker id: String, _ request: WorkerStatusChangeRequest, now: Date
    ) throws(FarmError) {
        let worker = try worker(id)
        try Self.requireKnown(request.status)
        guard request.status != .restart || worker.canRestart else {
            throw FarmError(
                .preconditionFailed,
                "worker \(worker.name) cannot be restarted: it did not announce at sign-on that it can restart"
            )
        }
        let isThere = request.status == worker.status
        workers[worker.id]?.request = isThere ? nil : request
        record(
            .worker(worker.id), worker.status.spelling,
            isThere
                ? "worker \(worker.name) may stay \(request.status)"
                : "worker \(worker.name) is asked to go \(request.status)\(request.isLazy ? " after its task" : "")",
            now)
    }

    /// Deletes a worker (Flamenco 3: `deleteWorker`); its task is requeued.
    package mutating func deleteWorker(_ id: String, now: Date) throws(FarmError) {
        let worker = try worker(id)
        releaseTask(of: worker.id, mayBeRunning: false, "worker \(worker.name) was deleted", now: now)
        workers[worker.id] = nil
        record(.worker(worker.id), "deleted", "worker \(worker.name) was deleted", now)
    }
}
