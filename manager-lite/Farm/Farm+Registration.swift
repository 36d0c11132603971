package import FlamencoAPI
package import FoundationEssentials

/// How workers come and go.
extension Farm {
    /// Takes a new worker in (contract: `registerWorker`). Each call makes another one.
    package mutating func register(
        _ registration: WorkerRegistration, address: String, now: Date,
        using generator: inout some RandomNumberGenerator
    ) throws(FarmError) -> RegisteredWorker {
        guard !registration.secret.isEmpty || !rules.isStrict else {
            throw FarmError(.badRequest, "field “secret”: expected the password of the worker, found an empty string")
        }
        let worker = WorkerRecord(
            id: Identity.random(using: &generator), number: nextWorkerNumber, secret: registration.secret,
            name: registration.nickname, address: address, platform: registration.platform,
            supportedTaskTypes: registration.supportedTaskTypes, lastSeen: now)
        nextWorkerNumber += 1
        workers[worker.id] = worker
        record(
            .worker(worker.id), worker.status.spelling,
            "worker \(worker.name) registered from \(address)"
                + (worker.secret.isEmpty ? "; warning: its secret is empty" : ""), now)
        return RegisteredWorker(
            uuid: worker.id, nickname: worker.name, address: address, status: worker.status,
            platform: worker.platform, lastActivity: Timestamp(now).text,
            supportedTaskTypes: worker.supportedTaskTypes)
    }

    /// The identity of the worker that has these credentials, as the other requests want it.
    ///
    /// - Throws: ``FarmError`` (forbidden), which does not say which of both is wrong.
    package func authenticate(worker id: String, secret: String) throws(FarmError) -> String {
        let key = id.lowercased()
        guard let worker = workers[key], Self.equal(worker.secret, secret) else {
            throw FarmError(.forbidden, "unknown worker ID or wrong secret")
        }
        return key
    }

    /// Compares in a time that does not tell how much is right.
    private static func equal(_ left: String, _ right: String) -> Bool {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Lets a worker in (contract: `signOn`).
    ///
    /// It keeps the task that it had, if it still supports the type: an agent that starts again goes on with it.
    ///
    /// - Returns: the state that it has to go to.
    package mutating func signOn(
        worker id: String, _ signOn: WorkerSignOn, now: Date
    ) throws(FarmError) -> WorkerStateChange {
        try hear(from: id, now: now)
        workers[id]?.name = signOn.nickname
        workers[id]?.supportedTaskTypes = signOn.supportedTaskTypes
        workers[id]?.software = signOn.softwareVersion
        workers[id]?.canRestart = signOn.canRestart
        workers[id]?.hasToStop = false
        if let place = workers[id]?.task, let task = task(at: place), !signOn.supportedTaskTypes.contains(task.type) {
            releaseTask(
                of: id, mayBeRunning: false, "worker \(signOn.nickname) no longer supports \(task.type)",
                now: now)
        }
        move(worker: id, to: .starting, "signed on with \(signOn.softwareVersion)", now: now)
        return WorkerStateChange(statusRequested: workers[id]?.request?.status ?? .awake)
    }

    /// Lets a worker go (contract: `signOff`); its task goes back to the queue.
    package mutating func signOff(worker id: String, now: Date) throws(FarmError) {
        try hear(from: id, now: now)
        releaseTask(of: id, mayBeRunning: false, "worker \(name(ofWorker: id)) signed off", now: now)
        workers[id]?.hasToStop = false
        // Whoever goes has followed a request to go; any other is for when it comes back, and without one it comes back
        // to what it did, as with Flamenco.
        if workers[id]?.request?.isToGo == true { workers[id]?.request = nil }
        if let status = workers[id]?.status, status == .awake || status == .asleep, workers[id]?.request == nil {
            workers[id]?.request = WorkerStatusChangeRequest(status: status)
        }
        move(worker: id, to: .offline, "signed off", now: now)
    }

    /// Notes that a worker is there. One that counted as lost is again in the state it was in before.
    mutating func hear(from id: String, now: Date) throws(FarmError) {
        guard let worker = workers[id] else { throw FarmError(.forbidden, "there is no worker \(id)") }
        changes?.workers.insert(id)
        workers[id]?.lastSeen = now
        if let status = worker.statusBeforeLoss {
            workers[id]?.statusBeforeLoss = nil
            move(worker: id, to: status, "it is responding again", now: now)
        }
    }
}

extension Timestamp {
    /// The point in time as it is spelled on the wire.
    fileprivate var text: String { Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(date) }
}
