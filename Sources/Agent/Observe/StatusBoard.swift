import ExecutorKit
package import FlamencoAPI
package import FoundationEssentials
package import Spool
import Synchronization

/// Collects the status of the agent. All parts report their changes here, and any thread can read the result; neither
/// blocks.
package final class StatusBoard: Sendable {
    private struct State {
        var status: AgentStatus
        /// Why no task is requested, as reported by the task loop.
        var refusal: String?
        /// Why the node sleeps.
        var nodeReasons: [SleepReason] = []
        var managerWantsSleep = false
        var uptimeAtState = Duration.zero
        var uptimeAtTask = Duration.zero
        var uptimeAtOutage = Duration.zero
        /// The total length of past outages.
        var outages = Duration.zero
        var problemCounts: [String: Int] = [:]
        var requests: [ManagerRequestKind: Int] = [:]
        var observers: [@Sendable () -> Void] = []
    }

    /// The number of problems that are kept.
    static let rememberedProblems = 10

    private let state: Mutex<State>
    private let uptime: @Sendable () -> Duration
    private let now: @Sendable () -> Date

    /// Creates the board of an agent that starts now.
    ///
    /// - Parameters:
    ///   - clock: measures all durations, independently of the date.
    ///   - now: returns the date.
    package init(
        worker: String, manager: String, stateDirectory: String, pid: Int32, clock: any Clock<Duration>,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        uptime = clock.stopwatch()
        self.now = now
        state = Mutex(
            State(
                status: AgentStatus(
                    version: Software.version, pid: pid, stateDirectory: stateDirectory, startedAt: now(),
                    stateSince: now(), worker: .init(name: worker), manager: .init(url: manager))))
    }

    // MARK: Reading

    /// The current status, without what has to be measured.
    package var current: AgentStatus {
        let uptime = uptime()
        return state.withLock { state in
            var status = state.status
            status.uptimeSeconds = uptime.seconds
            status.stateSeconds = (uptime - state.uptimeAtState).seconds
            status.task?.runningSeconds = (uptime - state.uptimeAtTask).seconds
            status.manager.outage?.seconds = (uptime - state.uptimeAtOutage).seconds
            let reasons = state.nodeReasons + (state.managerWantsSleep ? [SleepReason(cause: .manager)] : [])
            status.sleepReasons = reasons.isEmpty ? nil : reasons
            status.idleReason = status.idleReason(refusal: state.refusal)
            return status
        }
    }

    /// The other counters.
    package var counts: StatusCounts {
        let uptime = uptime()
        return state.withLock { state in
            let current = state.status.manager.outage == nil ? .zero : uptime - state.uptimeAtOutage
            return StatusCounts(
                outageSeconds: (state.outages + current).seconds, problems: state.problemCounts,
                requests: state.requests)
        }
    }

    /// Calls `body` after every change; it must not block, nor change the board.
    package func onChange(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.observers.append(body) } }

    private func change(_ change: (inout State) -> Void) {
        let observers = state.withLock { state in
            change(&state)
            return state.observers
        }
        observers.forEach { $0() }
    }

    // MARK: Worker and manager

    /// Records the task types of the worker.
    package func isOffering(_ taskTypes: [String]) { change { $0.status.worker.taskTypes = taskTypes } }

    /// Records the executors that cannot be used.
    package func leavesOut(_ executors: [String]) { change { $0.status.executorProblems = executors } }

    /// Records the cgroup in which programs get their own groups, or that they get none.
    package func hasGroups(_ groups: ProgramGroups?) { change { $0.status.cgroup = groups?.path } }

    /// Records the GPUs that programs can use, and the device of Cycles.
    package func hasGPUs(_ gpus: [GPUInventory.GPU], cyclesDevice: String?) {
        change {
            $0.status.gpus = gpus.isEmpty ? nil : gpus
            $0.status.cyclesDevice = cyclesDevice
        }
    }

    /// Records the version and API of the manager.
    package func metManager(_ version: FlamencoVersion, speaking dialect: APIDialect) {
        change {
            $0.status.manager.name = version.name
            $0.status.manager.version = version.version
            $0.status.manager.api = dialect.rawValue
        }
    }

    /// Records the ID of the worker; nil if it has none any more.
    package func isWorker(_ id: String?) { change { $0.status.worker.id = id } }

    /// Records that the worker is signing on.
    package func signingOn() { change { $0.status.isSignedOn = false } }

    /// Records that the manager accepted the sign-on.
    package func signedOn() { change { $0.status.isSignedOn = true } }

    /// Records the state of the worker, as reported to the manager.
    package func entered(_ status: WorkerStatus) { enter(status == .awake ? .awake : .asleep) }

    /// Records why the node lets its worker sleep; empty if it may work.
    package func nodeSleeps(because reasons: [SleepReason]) { change { $0.nodeReasons = reasons } }

    /// Records whether the manager requests the state "asleep".
    package func managerWantsSleep(_ wantsSleep: Bool) {
        if state.withLock(\.managerWantsSleep) == wantsSleep { return }
        change { $0.managerWantsSleep = wantsSleep }
    }

    /// Records that the agent is stopping, for any reason.
    package func stopping() { enter(.stopping) }

    private func enter(_ new: AgentStatus.State) {
        let (uptime, now) = (uptime(), now())
        change { state in
            guard state.status.state != new, state.status.state != .stopping else { return }
            state.status.state = new
            state.status.stateSince = now
            state.uptimeAtState = uptime
        }
    }

    /// Records that the manager does not answer, for this reason; nil when it answers again.
    package func outage(_ reason: String?) {
        let (uptime, now) = (uptime(), now())
        change { state in
            switch (state.status.manager.outage, reason) {
            case (nil, let reason?):
                state.status.manager.outage = .init(reason: reason, since: now)
                state.uptimeAtOutage = uptime
            case (.some, let reason?): state.status.manager.outage?.reason = reason
            case (.some, nil):
                state.status.manager.outage = nil
                state.outages += uptime - state.uptimeAtOutage
            case (nil, nil): break
            }
        }
    }

    /// Records the end of a request to the manager.
    package func asked(_ operation: FlamencoAPI.Operation, status: Int?) {
        // Counters are not reported to observers.
        state.withLock {
            $0.requests[ManagerRequestKind(operation: operation.rawValue, status: status), default: 0] += 1
        }
    }

    // MARK: Tasks

    /// Records why no task is requested; nil when tasks are requested again.
    package func takesNoTasks(because reason: String?) { change { $0.refusal = reason } }

    /// Records why the output of tasks cannot be stored; nil when it can be again.
    package func cannotStore(because reason: String?) { change { $0.status.storageProblem = reason } }

    /// Records that a task started.
    package func began(_ task: AssignedTask) {
        let (uptime, now) = (uptime(), now())
        change { state in
            state.uptimeAtTask = uptime
            state.status.task = .init(
                id: task.uuid, name: task.name, jobId: task.job, jobType: task.jobType, taskType: task.taskType,
                startedAt: now, stepsCompleted: task.stepsCompleted,
                stepsTotal: task.stepsTotal > 0 ? task.stepsTotal : nil)
        }
    }

    /// Records an event of the running task's command.
    func handle(_ event: CommandEvent) {
        switch event {
        case .began(let name, let number, let count):
            change { state in
                state.status.task?.command = .init(name: name, number: number, count: count)
                state.status.task?.progress = nil
                state.status.task?.activity = nil
            }
        case .activity(let text): change { $0.status.task?.activity = text }
        case .progress(let fraction): change { $0.status.task?.progress = fraction }
        case .stepCompleted:
            change { state in
                state.status.task?.stepsCompleted += 1
                state.status.stepsCompleted += 1
            }
        case .log, .output: break
        }
    }

    /// Records that the running task ended, with this outcome if it is already known.
    package func taskEnded(_ outcome: TaskOutcome? = nil) {
        change { $0.status.task = nil }
        if let outcome { count(outcome) }
    }

    /// Counts the outcome of a task, as the manager sees it.
    package func count(_ outcome: TaskOutcome) {
        change { state in
            switch outcome {
            case .completed: state.status.tasks.completed += 1
            case .failed: state.status.tasks.failed += 1
            case .interrupted, .givenBack: state.status.tasks.interrupted += 1
            case .takenBack, .lost: state.status.tasks.lost += 1
            }
        }
    }

    // MARK: Problems

    /// Records a log entry; only warnings and errors are kept.
    package func noted(_ entry: LogEntry) {
        guard entry.level >= .warning else { return }
        let problem = AgentStatus.Problem(time: entry.time, level: "\(entry.level)", message: entry.sentence)
        state.withLock { state in
            state.problemCounts[problem.level, default: 0] += 1
            state.status.problems.append(problem)
            if state.status.problems.count > Self.rememberedProblems { state.status.problems.removeFirst() }
        }
    }
}

extension AgentStatus {
    /// Why no task is requested; nil while one runs or is requested.
    fileprivate func idleReason(refusal: String?) -> String? {
        if task != nil { return nil }
        if state == .stopping { return "the agent is stopping" }
        if let refusal { return refusal }
        if let sleepReasons { return sleepReasons.text() }
        if manager.outage != nil { return "the manager does not answer" }
        if !isSignedOn { return "not signed on yet" }
        return state == .awake ? nil : "the manager requested the state \"asleep\""
    }
}

extension Duration {
    /// The duration in seconds, to the millisecond.
    package var seconds: Double { (self / .milliseconds(1)).rounded() / 1000 }
}
