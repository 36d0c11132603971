import ExecutorKit
package import FlamencoAPI
import FoundationEssentials
package import ManagerClient

/// The agent's only connection to its manager: the identity of this worker, the manager's API, and whether the manager
/// answers.
///
/// Nothing else sends requests of a worker; the checks of `doctor` make their own. In this folder:
/// - this file: the identity, the API, and sending a request (``ask(_:)`` until it is answered, ``askOnce(_:)`` once);
/// - `ManagerRequests.swift`: the requests, one method each;
/// - `Outage.swift`: whether the manager answers, and what is logged about it;
/// - `CredentialsFile.swift`: where the identity is stored;
/// - `Waits.swift`: how long to wait before the next attempt.
///
/// ``Enrolment`` signs on with it.
package actor ManagerSession {
    /// The credentials to use; nil before the first registration.
    package private(set) var credentials: WorkerCredentials?
    /// Whether the manager has reported its name and version.
    private(set) var isIntroduced = false

    /// The URL of the manager.
    nonisolated let url: ManagerURL
    private var client: ManagerClient
    /// The API required by the settings.
    private let api: APIDialect?
    private let file: CredentialsFile?
    private let outage: Outage?
    private let backoff: Backoff
    private let clock: any Clock<Duration>
    private let log: Log
    private let status: StatusBoard?

    /// - Parameters:
    ///   - file: where the credentials are stored; nil if nothing may be left on this machine.
    ///   - outage: receives whether the manager answers.
    ///   - backoff: the delays after failures; each request starts with a fresh copy.
    ///   - api: the API to use; if nil, the manager is asked.
    ///   - status: receives the identity of manager and worker.
    /// - Throws: ``CredentialsError`` when the stored credentials cannot be used.
    package init(
        client: ManagerClient, file: CredentialsFile?, outage: Outage? = nil, backoff: Backoff = Backoff(),
        clock: any Clock<Duration>, log: Log, api: APIDialect? = nil, status: StatusBoard? = nil
    ) throws(CredentialsError) {
        credentials = try file?.load()
        url = client.url
        self.client = client
        self.api = api
        if let api { self.client.dialect = api }
        self.file = file
        self.outage = outage
        self.backoff = backoff
        self.clock = clock
        self.log = log
        self.status = status
        if let credentials { log.secrets.add(credentials) }
        status?.isWorker(credentials?.workerID)
    }

    // MARK: Sending

    /// Sends a request of this worker, and repeats it for as long as the manager does not answer or is unable to.
    ///
    /// - Throws: ``ManagerError`` when the manager refuses, `CancellationError`.
    nonisolated func ask<Answer: Sendable>(
        _ request: @escaping @Sendable (ManagerClient, WorkerCredentials) async throws -> Answer
    ) async throws -> Answer {
        try await untilAnswered { try await self.askOnce(request) }
    }

    /// Sends a request of this worker once.
    ///
    /// If the manager answers 404, it is asked for its API: if it was replaced by one with another API, the worker has
    /// to sign on again, as if it were unknown.
    ///
    /// - Throws: ``ManagerError``, `CancellationError`.
    func askOnce<Answer: Sendable>(
        _ request: @Sendable (ManagerClient, WorkerCredentials) async throws -> Answer
    ) async throws -> Answer {
        guard let credentials else {
            throw ManagerError(
                request: "a request of this worker",
                reason: .unauthorised(status: 401, message: "this worker is not registered"))
        }
        let client = client
        do {
            return try await request(client, credentials)
        } catch let error as ManagerError where error.isNotFound {
            guard try await speaksAnotherDialect(than: client.dialect) else { throw error }
            throw ManagerError(
                request: error.request,
                reason: .unauthorised(status: 404, message: "the manager now uses \(self.client.dialect.name)"))
        }
    }

    /// Sends a request that the caller repeats.
    ///
    /// Without an answer it is unknown whether the manager accepted the request. A manager that accepts no updates but
    /// answers everything else is not an outage, so the only failure that counts as one is an unreachable manager.
    nonisolated func askOnceForSender<Answer: Sendable>(
        about task: String, _ request: () async throws -> Answer
    ) async throws(ManagerError) -> Answer {
        do {
            let answer = try await request()
            outage?.answered()
            return answer
        } catch let error as ManagerError {
            if case .unreachable = error.reason, !Task.isCancelled { outage?.failed(error) }
            throw error
        } catch {
            let error = ManagerError(request: "update of task \(task)", reason: .unreachable("it was cancelled"))
            if !Task.isCancelled { outage?.failed(error) }
            throw error
        }
    }

    /// Sends any request, and repeats it for as long as the manager does not answer or is unable to.
    private nonisolated func untilAnswered<Answer: Sendable>(
        _ request: @Sendable () async throws -> Answer
    ) async throws -> Answer {
        var backoff = backoff
        while true {
            try Task.checkCancellation()
            do {
                let answer = try await request()
                outage?.answered()
                return answer
            } catch let error as ManagerError where error.isTransient {
                if Task.isCancelled { throw CancellationError() }
                outage?.failed(error)
                try await clock.sleep(for: backoff.next(retryAfter: error.retryAfter))
            } catch {
                if error is ManagerError { outage?.answered() }
                throw error
            }
        }
    }

    // MARK: The manager

    /// The API of the manager.
    package var dialect: APIDialect { client.dialect }

    /// Asks the manager for its name and version until it answers, before any secret is sent.
    ///
    /// - Throws: ``ManagerError`` if it is not a Flamenco Manager, `CancellationError`.
    func introduce() async throws -> FlamencoVersion {
        let met = try await untilAnswered { [client, api] in
            if api == nil { return try await client.introduced() }
            return (client: client, version: try await client.version())
        }
        client = met.client
        isIntroduced = true
        status?.metManager(met.version, speaking: client.dialect)
        return met.version
    }

    /// Asks the manager for its API, unless it is known or set.
    ///
    /// What an earlier run left may be delivered before the worker has signed on.
    func learnDialect() async throws {
        if isIntroduced || api != nil { return }
        let met = try await client.introduced()
        if !isIntroduced { client = met.client }
    }

    /// Returns whether the manager now uses another API.
    func speaksAnotherDialect(than old: APIDialect) async throws -> Bool {
        if client.dialect != old { return true }
        guard api == nil else { return false }
        let met = try await client.introduced()
        if client.dialect == old, met.client.dialect != old {
            log.warning("the manager now uses \(met.client.dialect.name), version \(met.version.version)")
            client = met.client
            status?.metManager(met.version, speaking: client.dialect)
        }
        return client.dialect != old
    }

    // MARK: The identity

    /// Registers a new worker, stores its credentials and uses them from now on.
    ///
    /// - Throws: ``ManagerError`` when the manager refuses, `CancellationError`.
    func register(_ registration: WorkerRegistration) async throws -> WorkerCredentials {
        let worker = try await untilAnswered { [client, log] in
            do {
                return try await client.register(registration)
            } catch let error as ManagerError {
                if case .brokenReply = error.reason {
                    log.warning("the manager may have registered a worker that will not be used: \(error)")
                }
                throw error
            }
        }
        let fresh = WorkerCredentials(workerID: worker.uuid, secret: registration.secret)
        try await keep(fresh)
        return fresh
    }

    /// Signs on with the given credentials.
    ///
    /// - Throws: ``ManagerError`` when the manager refuses, `CancellationError`.
    func signOn(_ request: WorkerSignOn, as credentials: WorkerCredentials) async throws -> WorkerStateChange {
        try await untilAnswered { [client] in try await client.signOn(request, as: credentials) }
    }

    /// Stores new credentials before they are used; registering again would create another worker.
    private func keep(_ fresh: WorkerCredentials) async throws {
        var backoff = Backoff()
        while true {
            do {
                if let file { try await BlockingWork.run { _ in try file.store(fresh) } }
                credentials = fresh
                log.secrets.add(fresh)
                status?.isWorker(fresh.workerID)
                return
            } catch {
                log.error("\(error); retrying")
                try await clock.sleep(for: backoff.next() + .seconds(1))
            }
        }
    }

    /// Sets aside credentials that the manager no longer knows.
    func forgetCredentials() {
        let time = Date().formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted))
        do {
            let aside = try file?.setAside(time: time)
            log.warning(
                "the manager no longer knows this worker"
                    + (aside.map { "; its credentials are kept in \($0)" } ?? ""))
        } catch {
            log.error("\(error)")
        }
        credentials = nil
        status?.isWorker(nil)
    }
}
