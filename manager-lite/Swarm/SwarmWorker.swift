import FlamencoAPI
import FoundationEssentials
import Service

/// A worker of a swarm: determines its next request, and when to send it. A value without a socket and a clock; its
/// requests are sent one at a time.
///
/// It behaves like the agent: it requests tasks, less often the longer there is none; reports immediately when it
/// starts and ends one, and asks in between whether it may continue; retries failed requests; registers anew if it is
/// no longer known; and fulfils the manager's requests to sleep, wake up and exit.
struct SwarmWorker {
    /// The next step.
    enum Step {
        case ask(SwarmRequest)
        case wait(until: Duration)
        case gone
    }

    private enum Phase {
        case new, registered, idle, asleep, leaving, signingOff, gone
        /// It has to report a status.
        case entering(WorkerStatus)
        /// It queries the requested status.
        case wondering
        case beginning(Work), running(Work), showing(Work), ending(Work)
    }

    private struct Work {
        let task: String
        let end: Duration
        let fails: Bool
        let hasImage: Bool
    }

    private let plan: SwarmPlan
    private let messages: SwarmMessages
    private let name: String
    private var generator: SeededGenerator
    private var phase = Phase.new
    private var authorization: String?
    /// When it continues.
    private var resting = Duration.zero
    private var idleTime = Self.shortestIdleTime

    private static let shortestIdleTime = Duration.seconds(1)
    private static let secret = "swarm"

    /// The number of completed tasks.
    private(set) var completedTasks = 0
    /// The number of failed tasks.
    private(set) var failedTasks = 0

    init(plan: SwarmPlan, messages: SwarmMessages, number: Int) {
        self.plan = plan
        self.messages = messages
        name = "swarm-\(number + 1)"
        generator = SeededGenerator(seed: plan.seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// Whether it has signed on and not signed off.
    var isPresent: Bool {
        switch phase {
        case .new, .registered, .leaving, .signingOff, .gone: false
        default: true
        }
    }

    /// Whether it has signed off.
    var isGone: Bool { if case .gone = phase { true } else { false } }

    // MARK: Steps

    /// Returns the next step at a time.
    mutating func next(now: Duration) -> Step {
        if resting > now { return .wait(until: resting) }
        switch phase {
        case .new: return ask(.registerWorker, body: messages.registration(name, secret: Self.secret))
        case .registered: return ask(.signOn, body: messages.signOn(name))
        case .entering(let status): return ask(.workerStateChanged, body: messages.state(status))
        case .idle: return ask(.scheduleTask)
        case .asleep, .wondering: return ask(.workerState)
        case .beginning(let work): return ask(.taskUpdate, work.task, body: messages.begun)
        case .running(let work) where work.end > now:
            return plan.dialect.has(.taskPermission) ? ask(.mayWorkerRun, work.task) : ask(.workerState)
        case .running(let work) where work.hasImage:
            phase = .showing(work)
            return next(now: now)
        case .running(let work):
            phase = .ending(work)
            return next(now: now)
        case .showing(let work): return ask(.taskOutputProduced, work.task, body: messages.image, type: "image/png")
        case .ending(let work):
            return ask(.taskUpdate, work.task, body: work.fails ? messages.failed : messages.completed)
        case .leaving, .signingOff:
            phase = .signingOff
            return ask(.signOff)
        case .gone: return .gone
        }
    }

    private func ask(
        _ operation: FlamencoAPI.Operation, _ argument: String? = nil, body: [UInt8] = [],
        type: String = "application/json"
    ) -> Step {
        .ask(
            SwarmRequest(
                operation: operation, argument: argument, authorization: authorization, contentType: type, body: body))
    }

    // MARK: Events

    /// Lets the worker sign off, at a random time within a span.
    mutating func leave(now: Duration, within span: Duration) {
        if case .gone = phase { return }
        phase = authorization == nil ? .gone : .leaving
        resting = now + span * Double.random(in: 0..<1, using: &generator)
    }

    /// Records that the last request got no answer.
    mutating func failed(now: Duration) { rest(Self.jittered(SwarmPlan.retryTime, &generator), now) }

    /// Records the answer to the last request.
    mutating func answered(_ status: Int, _ body: Data, now: Duration) {
        switch (phase, status) {
        case (.signingOff, _): phase = .gone
        // The answer to a request before it was told to sign off.
        case (.leaving, _): break
        case (.new, 200..<300):
            guard let id = WireJSON.topLevelString("uuid", in: body) else { return failed(now: now) }
            authorization = Data("\(id):\(Self.secret)".utf8).base64EncodedString()
            phase = .registered
        case (.registered, 200..<300): follow(body)
        case (_, 401), (_, 403):
            // The manager no longer knows it, or its task.
            authorization = nil
            phase = .new
            failed(now: now)
        case (.entering(let status), 200..<300): enter(status, now: now)
        case (.idle, _): answeredTaskRequest(status, body, now: now)
        case (.asleep, 200), (.wondering, 200): follow(body)
        case (.asleep, 204): rest(plan.pollInterval, now)
        case (.wondering, 204): phase = .idle
        case (.beginning(let work), 200..<300):
            phase = .running(work)
            restWhileRunning(work, now: now)
        case (.running(let work), 200..<300): answeredPermission(work, status, body, now: now)
        case (.showing(let work), 200..<500): phase = .ending(work)
        case (.ending(let work), 200..<300):
            if work.fails { failedTasks += 1 } else { completedTasks += 1 }
            phase = .idle
        case (.beginning, 400..<500), (.ending, 400..<500), (.running, 400..<500):
            // The task is no longer assigned to this worker.
            phase = .idle
        default: failed(now: now)
        }
    }

    private mutating func answeredTaskRequest(_ status: Int, _ body: Data, now: Duration) {
        switch status {
        case 200:
            guard let task = WireJSON.topLevelString("uuid", in: body) else { return failed(now: now) }
            idleTime = Self.shortestIdleTime
            phase = .beginning(
                Work(
                    task: task, end: now + plan.taskTime.draw(using: &generator),
                    fails: Double.random(in: 0..<1, using: &generator) < plan.failures,
                    hasImage: Double.random(in: 0..<1, using: &generator) < plan.images
                        && plan.dialect.has(.previews)))
        case 204:
            rest(Self.jittered(min(idleTime, plan.pollInterval), &generator), now)
            idleTime = min(idleTime * 1.5, plan.pollInterval)
        case 409:
            phase = .entering(.awake)
            failed(now: now)
        case 423: follow(body)
        default: failed(now: now)
        }
    }

    private mutating func answeredPermission(_ work: Work, _ status: Int, _ body: Data, now: Duration) {
        if plan.dialect.has(.taskPermission) {
            let permission = try? WireJSON.decode(TaskPermission.self, from: body, in: plan.dialect)
            guard permission?.mayKeepRunning ?? true else {
                phase = .wondering
                return
            }
        } else if status == 200 {
            return follow(body)
        }
        restWhileRunning(work, now: now)
    }

    private mutating func restWhileRunning(_ work: Work, now: Duration) {
        rest(min(Self.jittered(plan.pollInterval, &generator), max(work.end - now, .zero)), now)
    }

    // MARK: States

    /// Changes to the status requested in an answer.
    private mutating func follow(_ body: Data) {
        let change = try? WireJSON.decode(WorkerStateChange.self, from: body, in: plan.dialect)
        phase = .entering(change?.statusRequested ?? .awake)
    }

    private mutating func enter(_ status: WorkerStatus, now: Duration) {
        switch status {
        case .awake: phase = .idle
        case .offline, .shutdown, .restart, .error: phase = .leaving
        default:
            phase = .asleep
            rest(plan.pollInterval, now)
        }
    }

    private mutating func rest(_ time: Duration, _ now: Duration) { resting = now + time }

    // Within a tenth, so that workers do not send requests in step.
    private static func jittered(_ time: Duration, _ generator: inout SeededGenerator) -> Duration {
        time * Double.random(in: 0.9..<1.1, using: &generator)
    }
}
