package import FlamencoAPI
package import FoundationEssentials

/// Registration, sign-on and sign-off of workers.
extension Farm {
    /// Registers a new worker (contract: `registerWorker`). Each call registers another one.
    package mutating func register(
        _ registration: WorkerRegistration, address: String, now: Date,
        using generator: inout some RandomNumberGenerator
    ) throws(FarmError) -> RegisteredWorker {
        guard !registration.secret.isEmpty || !rules.isStrict else {
            throw FarmError(.badRequest, "field \"secret\": expected the password of the worker, found an empty string")
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

    /// Checks the credentials of a worker, and returns its ID for other requests.
    ///
    /// - Throws: ``FarmError`` (forbidden), which does not reveal whether the ID or the secret is wrong.
    package func authenticate(worker id: String, secret: String) throws(FarmError) -> String {
        let key = id.lowercased()
        guard let worker = workers[key], Self.equal(worker.secret, secret) else {
            throw FarmError(.forbidden, "unknown worker ID or wrong secret")
        }
        return key
    }

    /// Compares in constant time.
    private static func equal(_ left: String, _ right: String) -> Bool {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Signs a worker on (contract: `signOn`).
    ///
    /// It keeps its task, if it still supports the type: a restarted agent continues it.
    ///
    /// - Returns: the status that it should change to.
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

    /// Signs a worker off (contract: `signOff`); its task is requeued.
    package mutating func signOff(worker id: String, now: Date) throws(FarmError) {
        try hear(from: id, now: now)
        releaseTask(of: id, mayBeRunning: false, "worker \(name(ofWorker: id)) signed off", now: now)
        workers[id]?.hasToStop = false
        // Signing off fulfils a request to exit; any other request remains for its return. Without one, it returns to
        // its previous status, as with Flamenco.
        if workers[id]?.request?.isToGo == true { workers[id]?.request = nil }
        if let status = workers[id]?.status, status == .awake || status == .asleep, workers[id]?.request == nil {
            workers[id]?.request = WorkerStatusChangeRequest(status: status)
        }
        move(worker: id, to: .offline, "signed off", now: now)
    }

    /// Records a request from a worker. One that was lost returns to its previous status.
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
    /// The timestamp as spelled on the wire.
    fileprivate var text: String { Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(date) }
}
