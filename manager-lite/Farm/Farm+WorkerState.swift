package import FlamencoAPI
package import FoundationEssentials

/// Which state workers are in, and which they have to go to.
extension Farm {
    /// The state that a worker has to go to, if any (contract: `workerState`).
    ///
    /// A worker whose task was taken from it is asked to go awake, since every request stops the running task.
    package mutating func requestedState(ofWorker id: String, now: Date) throws(FarmError) -> WorkerStateChange? {
        try hear(from: id, now: now)
        guard let worker = workers[id] else { return nil }
        if let request = worker.dueRequest { return WorkerStateChange(statusRequested: request.status) }
        return worker.hasToStop ? WorkerStateChange(statusRequested: .awake) : nil
    }

    /// Takes note of the state that a worker is in now (contract: `workerStateChanged`).
    ///
    /// When it follows a request, or can do no work in its state, its task goes back to the queue.
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
        let known = WorkerStatus.spellings.map { "“\($0)”" }
        throw FarmError(
            .badRequest, "field “status”: expected one of \(known.joined(separator: ", ")), found “\(status)”")
    }

    /// Asks a worker to go to a state (Flamenco 3: `requestWorkerStatusChange`).
    ///
    /// A lazy request lets it finish its task first. A request for the state that it is in takes back the one before.
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

    /// Forgets a worker (Flamenco 3: `deleteWorker`); its task goes back to the queue.
    package mutating func deleteWorker(_ id: String, now: Date) throws(FarmError) {
        let worker = try worker(id)
        releaseTask(of: worker.id, mayBeRunning: false, "worker \(worker.name) was deleted", now: now)
        workers[worker.id] = nil
        record(.worker(worker.id), "deleted", "worker \(worker.name) was deleted", now)
    }
}
