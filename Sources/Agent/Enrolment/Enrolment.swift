import ExecutorKit
package import FlamencoAPI
import FoundationEssentials
package import ManagerClient
import Wording

/// Who this worker is to its manager: registers once, keeps the credentials, signs on with them, and registers anew when
/// the manager does not know them any more. Without a file for them it keeps them in memory, for as long as it lives.
package actor Enrolment {
    /// The credentials to use; absent before the first registration.
    package private(set) var credentials: WorkerCredentials?

    private var client: ManagerClient
    /// The API that the settings insist on.
    private let api: APIDialect?
    private let file: CredentialsFile?
    private let profile: WorkerProfile
    private let requests: PatientRequests
    private let clock: any Clock<Duration>
    private let log: Log
    private let status: StatusBoard?
    private let uptime: @Sendable () -> Duration
    private var nextRegistration = Duration.zero
    private var knowsManager = false
    private var pace = SignOnPace()

    /// How long a worker waits between registrations, and after a refusal that only a person can mend.
    static let longWait = Duration.seconds(60)

    /// - Parameters:
    ///   - file: where the credentials are kept; absent when nothing may be left on this machine.
    ///   - api: the API to speak; without one the manager is asked.
    ///   - status: is told who manager and worker are.
    /// - Throws: ``CredentialsError`` when the stored credentials cannot be used.
    package init(
        client: ManagerClient, file: CredentialsFile?, profile: WorkerProfile, requests: PatientRequests,
        clock: any Clock<Duration>, log: Log, api: APIDialect? = nil, status: StatusBoard? = nil
    ) throws(CredentialsError) {
        credentials = try file?.load()
        self.client = client
        self.api = api
        if let api { self.client.dialect = api }
        self.file = file
        self.profile = profile
        self.requests = requests
        self.clock = clock
        self.log = log
        self.status = status
        uptime = clock.stopwatch()
        if let credentials { log.secrets.add(credentials) }
        status?.isWorker(credentials?.workerID)
    }

    /// Signs on, however long it takes.
    ///
    /// - Returns: the state that the manager wants, and whether this is another worker than before in its eyes.
    /// - Throws: `CancellationError` only.
    package func signOn() async throws -> (requested: WorkerStatus, isNewWorker: Bool) {
        if let wait = pace.wait(at: uptime()) { try await clock.sleep(for: wait) }
        var isNewWorker = false
        var refusals = Refusals()
        var backoff = Backoff(first: .seconds(5), longest: .seconds(20))
        while true {
            try await meetManager()
            guard let credentials else {
                try await register()
                isNewWorker = true
                continue
            }
            let words = WorkerSignOn(
                nickname: profile.name, supportedTaskTypes: profile.taskTypes, softwareVersion: profile.software,
                canRestart: profile.canRestart)
            do {
                let change = try await requests.answer { [client] in try await client.signOn(words, as: credentials) }
                pace.signedOn(at: uptime())
                log.info("signed on as worker \(credentials.workerID); the manager wants it \(change.statusRequested)")
                return (change.statusRequested, isNewWorker)
            } catch let error as ManagerError {
                guard case .unauthorised = error.reason else {
                    refusals.reset()
                    if error.isNotFound, try await speaksAnotherDialect(than: client.dialect) { continue }
                    log.error("cannot sign on: \(error); trying again in \(DurationText.words(Self.longWait))")
                    try await clock.sleep(for: Self.longWait)
                    continue
                }
                log.warning("the manager refuses the credentials: \(error)")
                guard refusals.refused(at: uptime()) else {
                    try await clock.sleep(for: backoff.next())
                    continue
                }
                refusals.reset()
                try await giveUpCredentials()
            }
        }
    }

    /// Finds out, once, whether there is a Flamenco Manager at all, before any secret is sent there.
    private func meetManager() async throws {
        while !knowsManager {
            do {
                let version = try await introduce()
                log.info("found \(version.name) \(version.version) at \(client.url); it speaks \(client.dialect.name)")
                knowsManager = true
                status?.metManager(version, speaking: client.dialect)
            } catch let error as ManagerError {
                log.error(
                    "there is no Flamenco Manager at \(client.url): \(error); looking again in "
                        + DurationText.words(Self.longWait))
                try await clock.sleep(for: Self.longWait)
            }
        }
    }

    private func introduce() async throws -> FlamencoVersion {
        let met = try await requests.answer { [client, api] in
            if api == nil { return try await client.introduced() }
            return (client: client, version: try await client.version())
        }
        client = met.client
        return met.version
    }

    /// Asks the manager which API it speaks, unless it has been met or the settings say.
    ///
    /// What an earlier run left may be delivered before the worker has signed on.
    package func learnDialect() async throws {
        if knowsManager || api != nil { return }
        let met = try await client.introduced()
        if !knowsManager { client = met.client }
    }

    /// Sends a request as this worker.
    ///
    /// A manager that has nothing there is asked which API it speaks: when it was replaced by one that speaks another,
    /// the worker has to sign on again, as if it were not known any more.
    ///
    /// - Throws: ``ManagerError``, `CancellationError`.
    package func ask<Answer: Sendable>(
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
                reason: .unauthorised(status: 404, message: "the manager speaks \(self.client.dialect.name) now"))
        }
    }

    /// Whether the manager does not speak this API any more, but another one.
    private func speaksAnotherDialect(than old: APIDialect) async throws -> Bool {
        if client.dialect != old { return true }
        guard api == nil else { return false }
        let met = try await client.introduced()
        if client.dialect == old, met.client.dialect != old {
            log.warning("the manager speaks \(met.client.dialect.name) now, version \(met.version.version)")
            client = met.client
            status?.metManager(met.version, speaking: client.dialect)
        }
        return client.dialect != old
    }

    /// The API that the manager speaks.
    package var dialect: APIDialect { client.dialect }

    /// Registers a new worker and keeps its credentials; no more than once a minute.
    private func register() async throws {
        while true {
            let wait = nextRegistration - uptime()
            if wait > .zero { try await clock.sleep(for: wait) }
            nextRegistration = uptime() + Self.longWait
            let secret = Self.freshSecret()
            log.secrets.add(secret)
            let words = WorkerRegistration(
                secret: secret, platform: WorkerProfile.platform, supportedTaskTypes: profile.taskTypes,
                nickname: profile.name)
            do {
                let worker = try await requests.answer { [client, log] in
                    do {
                        return try await client.register(words)
                    } catch let error as ManagerError {
                        if error.leavesOutcomeOpen {
                            log.warning("the manager may have registered a worker that nobody will use: \(error)")
                        }
                        throw error
                    }
                }
                try await keep(WorkerCredentials(workerID: worker.uuid, secret: secret))
                log.info("registered as worker \(worker.uuid), “\(profile.name)”")
                return
            } catch let error as ManagerError {
                log.error("cannot register: \(error); trying again in \(DurationText.words(Self.longWait))")
            }
        }
    }

    /// Stores new credentials before anyone uses them; registering again would only make one more worker.
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
                log.error("\(error); trying again")
                try await clock.sleep(for: backoff.next() + .seconds(1))
            }
        }
    }

    private func giveUpCredentials() async throws {
        let time = Date().formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted))
        do {
            let aside = try file?.setAside(time: time)
            log.warning(
                "the manager does not know this worker any more"
                    + (aside.map { "; its credentials are kept as \($0)" } ?? ""))
        } catch {
            log.error("\(error)")
        }
        credentials = nil
        status?.isWorker(nil)
    }

    /// 32 random bytes in hexadecimal.
    private static func freshSecret() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(random.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

/// How fast a worker signs on again that the manager takes at each sign-on and refuses right after it: at once the first
/// time, as after a restart of the manager, then slower and slower.
struct SignOnPace: Sendable {
    /// A sign-on longer ago than this is not part of a loop.
    static let window = Enrolment.longWait * 2

    private var last: Duration?
    private var count = 0
    private var pause = IdleWait(longest: Enrolment.longWait)

    /// How long to wait before the next sign-on; nil for not at all.
    mutating func wait(at now: Duration) -> Duration? {
        guard let last, now - last < Self.window else {
            count = 0
            pause.reset()
            return nil
        }
        count += 1
        return count > 1 ? pause.next() : nil
    }

    /// The manager took the sign-on.
    mutating func signedOn(at now: Duration) { last = now }
}

extension ManagerError {
    /// Whether the manager may have done what it was asked all the same.
    fileprivate var leavesOutcomeOpen: Bool {
        switch reason {
        case .brokenReply: true
        case .unreachable, .busy, .unauthorised, .rejected: false
        }
    }
}
