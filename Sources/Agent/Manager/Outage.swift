import ExecutorKit
package import ManagerClient
import Synchronization
import Wording

/// Whether the manager answers, as far as this agent has seen. It says so in the log when that changes, and while it does
/// not answer no more than once a minute.
package final class Outage: Sendable {
    private struct State {
        /// How long the manager has not answered; absent while it does.
        var lasted: (@Sendable () -> Duration)?
        var lastSaid = Duration.zero
        var problem = ""
    }

    private let clock: any Clock<Duration>
    private let log: Log
    private let state = Mutex(State())

    package init(clock: any Clock<Duration>, log: Log) {
        self.clock = clock
        self.log = log
    }

    /// What is wrong now, and for how long; absent while the manager answers.
    package var current: (problem: String, lasted: Duration)? {
        state.withLock { state in state.lasted.map { (state.problem, $0()) } }
    }

    /// The manager did not answer, or could not.
    package func failed(_ error: ManagerError) {
        let line: String? = state.withLock { state in
            state.problem = error.description
            guard let lasted = state.lasted?() else {
                state.lasted = clock.stopwatch()
                state.lastSaid = .zero
                return "\(error); trying again until it works"
            }
            guard lasted - state.lastSaid >= .seconds(60) else { return nil }
            state.lastSaid = lasted
            return "still no good answer from the manager after \(DurationText.words(lasted)): \(error)"
        }
        if let line { log.warning(line) }
    }

    /// The manager answered.
    package func answered() {
        let lasted = state.withLock { state in
            defer { state.lasted = nil }
            return state.lasted?()
        }
        if let lasted { log.info("the manager answers again, after \(DurationText.words(lasted))") }
    }
}
