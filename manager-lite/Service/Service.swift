package import Farm
package import FlamencoAPI
package import FoundationEssentials
package import HTTPServer
package import JobTypes
import Synchronization
import System

/// A manager: turns requests into calls on a farm, and the farm's answers into responses.
package final class Service: Sendable {
    /// The version of manager-lite itself.
    package static let ownVersion = Release.version

    /// The newest release of Flamenco that this manager is compared with.
    package static let flamencoVersion = "3.9"

    struct State {
        var farm: Farm
        var generator: any RandomNumberGenerator & Sendable
        /// Where changes are written down before they are made.
        var journal: StateJournal?
        var lastSweep: Date?
    }

    /// A manager that was not swept for so many seconds stood still, and heard nobody.
    private static let standstill = 15.0

    let state: Mutex<State>
    private let time: @Sendable () -> Date
    private let dialects: [APIDialect]
    /// The folder that is shared with users and workers, as it is called on this machine.
    let storage: String
    /// The job types in JavaScript, where there are some.
    let jobTypes: JobTypeFolder?
    private let version: FlamencoVersion
    /// What the newest images of jobs show; gone when the manager ends.
    let images = Mutex(LastRenderedImages())
    /// The faults that it plays.
    package let chaos: Chaos
    /// The names that it goes by.
    let hosts: KnownHosts
    /// Those who watch.
    let feed: FarmFeed
    /// What the turns of the feed are measured by.
    let feedClock: any Clock<Duration>

    /// A manager of this farm.
    ///
    /// - Parameters:
    ///   - dialects: the APIs that it speaks.
    ///   - storage: the folder that is shared with users and workers, as it is called on this machine.
    ///   - jobTypes: job types besides those of the farm, which go before them.
    ///   - reportedVersion: the version of Flamenco that clients are told: some complain of any but their own.
    ///   - generator: what identities are drawn from.
    ///   - chaos: the faults that it plays to those whom it serves.
    ///   - hosts: the names that it goes by.
    ///   - feedClock: what the turns are measured by in which it tells what happens.
    ///   - now: the time.
    package init(
        farm: Farm, dialects: [APIDialect] = APIDialect.allCases, storage: String = "/",
        jobTypes: JobTypeFolder? = nil, reportedVersion: String = Service.flamencoVersion,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        chaos: Chaos = Chaos(), hosts: KnownHosts = KnownHosts(), feedClock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        var farm = farm
        farm.variables.setJobs(to: storage)
        state = Mutex(State(farm: farm, generator: generator))
        time = now
        version = FlamencoVersion(
            version: reportedVersion, shortVersion: reportedVersion, name: "manager-lite", git: Self.ownVersion)
        self.dialects = dialects
        self.storage = storage
        self.jobTypes = jobTypes
        self.chaos = chaos
        self.hosts = hosts
        self.feedClock = feedClock
        feed = FarmFeed(start: now())
    }

    /// The farm as it is now.
    package var farm: Farm { state.withLock(\.farm) }

    /// Does what time brings about: lost workers, stuck tasks. To be called every second or so.
    package func sweep() {
        state.withLock { state in
            let now = now()
            let stoodStill = state.lastSweep.map { now.timeIntervalSince($0) > Self.standstill } ?? false
            state.lastSweep = now
            if stoodStill { state.farm.listen(from: now) }
            guard !state.farm.sweep(now: now).isEmpty || stoodStill else { return }
            state.journal?.append(JournalEntry(time: now, stoodStill: stoodStill))
        }
    }

    /// Takes other rules and variables from now on, and listens from now on.
    package func configure(rules: FarmRules, variables: Variables) {
        state.withLock { state in
            state.farm.rules = rules
            state.farm.variables = variables
            state.farm.listen(from: now())
        }
    }

    /// The events from a sequence number on, and the number to ask for next.
    package func events(from sequence: Int) -> (events: [FarmEvent], next: Int) {
        state.withLock { state in
            (Array(state.farm.trail.events(from: sequence)), state.farm.trail.nextSequence)
        }
    }

    /// Answers a request.
    package func answer(_ request: HTTPRequest) async -> HTTPResponse { await answer(request, in: dialects) }

    func answer(_ request: HTTPRequest, in dialects: [APIDialect]) async -> HTTPResponse {
        await RequestRecord.$current.withValue(RequestRecord(request)) { await respond(to: request, in: dialects) }
    }

    func respond(to request: HTTPRequest, in dialects: [APIDialect]) async -> HTTPResponse {
        do throws(ServiceError) {
            if let image = try await image(for: request) { return image }
            return try await answer(ServiceRequest(request, dialects: dialects))
        } catch {
            return error.response
        }
    }

    private func answer(_ request: ServiceRequest) async throws(ServiceError) -> HTTPResponse {
        switch request.operation {
        case .getVersion: return request.reply(version)
        case .getDocument: return request.reply(APIDocument(request.dialect).json)
        case .registerWorker: return try register(request)
        case .signOn, .signOff, .workerState, .workerStateChanged, .scheduleTask, .taskUpdate, .mayWorkerRun,
            .taskOutputProduced:
            return try answerWorker(request)
        case .submitJob, .submitJobCheck: return try await submit(request)
        case .getJobTypes, .getJobType: return try await answerAboutJobTypes(request)
        case .queryJobs, .fetchJob, .deleteJob, .setJobStatus,
            .setJobPriority, .setJobTag, .fetchJobTasks, .fetchJobBlocklist, .removeJobBlocklist, .deleteJobMass,
            .deleteJobWhatWouldItDo, .searchJobs:
            return try answerAboutJobs(request)
        case .fetchJobLastRenderedInfo, .fetchGlobalLastRenderedInfo: return try lastRenderedInfo(request)
        case .fetchTask, .fetchTaskLogInfo, .fetchTaskLog, .fetchTaskLogTail, .setTaskStatus:
            return try answerAboutTasks(request)
        case .fetchWorkers, .fetchWorker, .deleteWorker, .requestWorkerStatusChange, .setWorkerTags,
            .fetchWorkerSleepSchedule, .setWorkerSleepSchedule:
            return try answerAboutWorkers(request)
        case .fetchWorkerTags, .createWorkerTag, .fetchWorkerTag, .updateWorkerTag, .deleteWorkerTag:
            return try answerAboutTags(request)
        case .getConfiguration, .getSharedStorage, .getVariables: return try answerAboutConfiguration(request)
        case .getFarmStatus: return request.reply(look { $0.fetchStatus() })
        }
    }

    // MARK: The farm

    /// The time, which for a request that is answered again is that of the first time.
    func now() -> Date { RequestRecord.current?.time(time) ?? time() }

    /// Changes the farm.
    func change<Answer, Failure: Error>(
        _ body: (inout Farm, Date) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try state.withLock { (state) throws(Failure) in
            writeDown(&state)
            return try body(&state.farm, now())
        }
    }

    /// Changes the farm in a way that makes new identities.
    func make<Answer>(
        _ body: (inout Farm, Date, inout any RandomNumberGenerator & Sendable) throws(FarmError) -> Answer
    ) throws(FarmError) -> Answer {
        try state.withLock { (state) throws(FarmError) in
            writeDown(&state)
            guard let record = RequestRecord.current, !record.isNew || state.journal != nil else {
                return try body(&state.farm, now(), &state.generator)
            }
            var generator: any RandomNumberGenerator & Sendable = SeededGenerator(
                seed: record.seed { state.generator.next() })
            return try body(&state.farm, now(), &generator)
        }
    }

    /// Looks at the farm.
    func look<Answer, Failure: Error>(
        _ body: (borrowing Farm) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try state.withLock { (state) throws(Failure) in try body(state.farm) }
    }
}
