import ExecutorKit
package import FlamencoAPI
import HumanText
import ManagerClient

/// Enrols this worker with its manager: registers once, signs on, and registers anew when the manager no longer knows
/// the worker.
package actor Enrolment {
    private let manager: ManagerSession
    private let profile: WorkerProfile
    private let clock: any Clock<Duration>
    private let log: Log
    private let uptime: @Sendable () -> Duration
    private var nextRegistration = Duration.zero
    private var rateLimit = SignOnRateLimit()

    /// How long a worker waits between registrations, and after a rejection that only a person can fix.
    static let longWait = Duration.seconds(60)

    package init(manager: ManagerSession, profile: WorkerProfile, clock: any Clock<Duration>, log: Log) {
        self.manager = manager
        self.profile = profile
        self.clock = clock
        self.log = log
        uptime = clock.stopwatch()
    }

    /// Signs on, however long it takes.
    ///
    /// - Returns: the state that the manager requests, and whether the manager considers this a new worker.
    /// - Throws: `CancellationError` only.
    package func signOn() async throws -> (requested: WorkerStatus, isNewWorker: Bool) {
        if let wait = rateLimit.wait(at: uptime()) { try await clock.sleep(for: wait) }
        var isNewWorker = false
        var rejections = CredentialRejections()
        var backoff = Backoff(first: .seconds(5), longest: .seconds(20))
        while true {
            try await meetManager()
            guard let credentials = await manager.credentials else {
                try await register()
                isNewWorker = true
                continue
            }
            let request = WorkerSignOn(
                nickname: profile.name, supportedTaskTypes: profile.taskTypes, softwareVersion: profile.software,
                canRestart: profile.canRestart)
            let dialect = await manager.dialect
            do {
                let change = try await manager.signOn(request, as: credentials)
                rateLimit.signedOn(at: uptime())
                log.info("signed on as worker \(credentials.workerID); requested state: \(change.statusRequested)")
                return (change.statusRequested, isNewWorker)
            } catch let error as ManagerError {
                guard case .unauthorised = error.reason else {
                    rejections.reset()
                    if error.isNotFound, try await manager.speaksAnotherDialect(than: dialect) { continue }
                    log.error("cannot sign on: \(error); retrying in \(DurationText.text(Self.longWait))")
                    try await clock.sleep(for: Self.longWait)
                    continue
                }
                log.warning("the manager rejected the credentials: \(error)")
                guard rejections.rejected(at: uptime()) else {
                    try await clock.sleep(for: backoff.next())
                    continue
                }
                rejections.reset()
                await manager.forgetCredentials()
            }
        }
    }

    /// Checks once whether a Flamenco Manager answers at all, before any secret is sent.
    private func meetManager() async throws {
        while await !manager.isIntroduced {
            do {
                let version = try await manager.introduce()
                let dialect = await manager.dialect
                log.info("found \(version.name) \(version.version) at \(manager.url), with the API of \(dialect.name)")
            } catch let error as ManagerError {
                log.error(
                    "found no Flamenco Manager at \(manager.url): \(error); retrying in "
                        + DurationText.text(Self.longWait))
                try await clock.sleep(for: Self.longWait)
            }
        }
    }

    /// Registers a new worker, at most once a minute.
    private func register() async throws {
        while true {
            let wait = nextRegistration - uptime()
            if wait > .zero { try await clock.sleep(for: wait) }
            nextRegistration = uptime() + Self.longWait
            let secret = Self.freshSecret()
            log.secrets.add(secret)
            let registration = WorkerRegistration(
                secret: secret, platform: WorkerProfile.platform, supportedTaskTypes: profile.taskTypes,
                nickname: profile.name)
            do {
                let worker = try await manager.register(registration)
                log.info("registered as worker \(worker.workerID), \"\(profile.name)\"")
                return
            } catch let error as ManagerError {
                log.error("cannot register: \(error); retrying in \(DurationText.text(Self.longWait))")
            }
        }
    }

    /// Returns 32 random bytes in hexadecimal.
    private static func freshSecret() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(random.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

/// What a worker reports about itself to a manager.
package struct WorkerProfile: Hashable, Sendable {
    /// The name shown to users.
    package var name: String
    /// The types of tasks that it accepts.
    package var taskTypes: [String]
    /// The software and its version.
    package var software: String

    /// Whether the worker is started again after it exits for a restart.
    package var canRestart: Bool

    package init(name: String, taskTypes: [String], software: String, canRestart: Bool = false) {
        self.canRestart = canRestart
        self.name = name
        self.taskTypes = taskTypes
        self.software = software
    }

    /// The operating system, as spelled in the contract.
    package static let platform = "linux"
}

/// Limits how fast a worker signs on again if the manager accepts each sign-on and rejects the worker right after it:
/// immediately the first time, as after a restart of the manager, then more and more slowly.
struct SignOnRateLimit: Sendable {
    /// An earlier sign-on is not part of a loop.
    static let window = Enrolment.longWait * 2

    private var last: Duration?
    private var count = 0
    private var pause = IdleWait(longest: Enrolment.longWait)

    /// Returns the delay before the next sign-on; nil if it may be made immediately.
    mutating func wait(at now: Duration) -> Duration? {
        guard let last, now - last < Self.window else {
            count = 0
            pause.reset()
            return nil
        }
        count += 1
        return count > 1 ? pause.next() : nil
    }

    /// Records that the manager accepted a sign-on.
    mutating func signedOn(at now: Duration) { last = now }
}

/// Decides when the credentials count as rejected.
///
/// Managers with a busy database answer 401 or 403 to valid credentials, so three such answers in a row over at least
/// ten seconds are needed (protocol of the contract, "Managers in the field").
struct CredentialRejections: Sendable {
    private var count = 0
    private var first = Duration.zero

    /// Records a rejection; returns whether the credentials have to be given up.
    ///
    /// - Parameter time: the time since any fixed point.
    mutating func rejected(at time: Duration) -> Bool {
        if count == 0 { first = time }
        count += 1
        return count >= 3 && time - first >= .seconds(10)
    }

    /// Starts again, after any other answer.
    mutating func reset() { count = 0 }
}
