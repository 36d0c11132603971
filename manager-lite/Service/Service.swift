package import Farm
package import FlamencoAPI
package import FoundationEssentials
package import HTTPServer
package import JobTypes
import Synchronization
import System

/// A manager: converts requests to calls of a farm, and the farm's results to responses.
package final class Service: Sendable {
    /// The version of manager-lite itself.
    package static let ownVersion = Release.version

    /// The newest Flamenco release that this manager was compared with.
    package static let flamencoVersion = "3.9"

    struct State {
        var farm: Farm
        var generator: any RandomNumberGenerator & Sendable
        /// Where changes are recorded before they are made.
        var journal: StateJournal?
        var lastSweep: Date?
    }

    /// A manager that was not swept for this many seconds was suspended, and received no requests.
    private static let standstill = 15.0

    let state: Mutex<State>
    private let time: @Sendable () -> Date
    private let dialects: [APIDialect]
    /// The folder shared with users and workers, as a path on this machine.
    let storage: String
    /// The job types in JavaScript, if any.
    let jobTypes: JobTypeFolder?
    private let version: FlamencoVersion
    /// The newest images of jobs; not kept when the manager exits.
    let images = Mutex(LastRenderedImages())
    /// The injected faults.
    package let chaos: Chaos
    /// The names of this manager.
    let hosts: KnownHosts
    /// The clients that watch.
    let feed: FarmFeed
    /// The clock for the turns of the feed.
    let feedClock: any Clock<Duration>

    /// Creates a manager of this farm.
    ///
    /// - Parameters:
    ///   - dialects: the APIs to serve.
    ///   - storage: the folder shared with users and workers, as a path on this machine.
    ///   - jobTypes: job types in addition to those of the farm, which they take precedence over.
    ///   - reportedVersion: the version of Flamenco that is reported to clients: some warn about other versions than
    ///     their own.
    ///   - generator: the source of random IDs.
    ///   - chaos: the faults to inject.
    ///   - hosts: the names of this manager.
    ///   - feedClock: the clock for the turns in which events are sent.
    ///   - now: returns the current time.
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

    /// The current state of the farm.
    package var farm: Farm { state.withLock(\.farm) }

    /// Applies timeouts: lost workers, stuck tasks. Must be called about every second.
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

    /// Changes the rules and variables, and receives requests from now on.
    package func configure(rules: FarmRules, variables: Variables) {
        state.withLock { state in
            state.farm.rules = rules
            state.farm.variables = variables
            state.farm.listen(from: now())
        }
    }

    /// Returns the events from a sequence number on, and the number for the next call.
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

    /// Returns the time, which for a replayed request is the original one.
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

    /// Changes the farm in a way that creates new IDs.
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

    /// Reads the farm.
    func look<Answer, Failure: Error>(
        _ body: (borrowing Farm) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try state.withLock { (state) throws(Failure) in try body(state.farm) }
    }
}
