import ExecutorKit
import FileWork
package import Spool
import Synchronization

/// Decides whether a task can be requested now, and why not; logs changes.
package final class Readiness: Sendable {
    private struct State {
        var obstacle: TaskObstacle?
        /// The obstacle that was logged last.
        var said: TaskObstacle?
        var streak = FailureStreak()
    }

    private let machine: MachineWatch?
    private let spools: SpoolStore
    private let elapsed: @Sendable () -> Duration
    private let log: Log
    private let onChange: @Sendable (TaskObstacle?) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - machine: checks the machine, if the settings have requirements.
    ///   - onChange: called with the obstacle, and with nil when there is none any more.
    init(
        machine: MachineWatch?, spools: SpoolStore, clock: any Clock<Duration>, log: Log,
        onChange: @escaping @Sendable (TaskObstacle?) -> Void = { _ in }
    ) {
        self.machine = machine
        self.spools = spools
        elapsed = clock.stopwatch()
        self.log = log
        self.onChange = onChange
    }

    /// Why no task is requested, as far as is known; nil while tasks are requested, and while there is no reason to
    /// check.
    package var obstacle: TaskObstacle? { state.withLock(\.obstacle) }

    /// Checks again, and returns the current obstacle.
    func look() async -> TaskObstacle? {
        let obstacle = await search()
        // A cancelled check has no result.
        if Task.isCancelled { return self.obstacle }
        set(obstacle)
        return obstacle
    }

    /// Records that the worker no longer wants tasks, so there is no obstacle.
    func stopLooking() {
        let hadAny = state.withLock { state in
            defer { state.obstacle = nil }
            return state.obstacle != nil
        }
        if hadAny { onChange(nil) }
    }

    /// Records the end of a task.
    func noteEnd(_ outcome: TaskOutcome, lasting: Duration) {
        state.withLock { state in
            switch outcome {
            case .completed: state.streak.succeeded()
            case .failed(let reason): state.streak.failed(because: reason, lasting: lasting, at: elapsed())
            case .givenBack, .interrupted, .takenBack, .lost: break
            }
        }
    }

    private func search() async -> TaskObstacle? {
        if let problems = await machine?.problems(), !problems.isEmpty { return .machine(problems) }
        do throws(SpoolError) {
            try await spools.checkStorage()
        } catch {
            return .storage(error)
        }
        return state.withLock { $0.streak.pause(at: elapsed()) }.map { .failures($0) }
    }

    private func set(_ obstacle: TaskObstacle?) {
        let (isNews, mustSay) = state.withLock { state in
            defer { (state.obstacle, state.said) = (obstacle, obstacle) }
            guard let obstacle else { return (state.obstacle != nil, state.said != nil) }
            return (!obstacle.isSame(as: state.obstacle), !obstacle.isSame(as: state.said))
        }
        if isNews { onChange(obstacle) }
        guard mustSay else { return }
        if let obstacle {
            log.error("accepting no tasks: \(obstacle)")
        } else {
            log.info("accepting tasks again")
        }
    }
}

/// Why an awake worker requests no task now.
package enum TaskObstacle: Hashable, Sendable {
    /// The machine does not meet the requirements in the settings.
    case machine([MachineProblem])
    /// The log of a task could not be stored.
    case storage(SpoolError)
    /// Tasks fail within seconds.
    case failures(FailureStreak.Pause)

    /// Whether the two differ only in details: amounts of bytes change all the time.
    func isSame(as other: TaskObstacle?) -> Bool {
        switch (self, other) {
        case (.machine(let problems), .machine(let others)): problems.map(\.kind) == others.map(\.kind)
        case (.storage(let error), .storage(let other)): error.reason.kind == other.reason.kind
        default: self == other
        }
    }
}

extension TaskObstacle: CustomStringConvertible {
    /// One sentence without a full stop.
    package var description: String {
        switch self {
        case .machine(let problems): problems.map(\.description).joined(separator: "; ")
        case .storage(let error): error.description
        case .failures(let pause): pause.description
        }
    }
}

extension SpoolError.Reason {
    /// The obstacle, without the parts that change while it remains the same.
    fileprivate var kind: Self {
        switch self {
        case .diskAlmostFull(_, let needed): .diskAlmostFull(free: 0, needed: needed)
        case .limitReached(_, let limit): .limitReached(used: 0, limit: limit)
        default: self
        }
    }
}
