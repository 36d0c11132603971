import ExecutorKit
import HumanText
package import ManagerClient
import Synchronization

/// Whether the manager answers, as observed by this agent. Changes are logged; while the manager does not answer, that
/// is logged after a minute and then at growing intervals.
package final class Outage: Sendable {
    private struct State {
        /// How long the manager has not answered; nil while it does.
        var lasted: (@Sendable () -> Duration)?
        var lastSaid = Duration.zero
        var silence = Outage.firstSilence
        var problem = ""
    }

    /// The interval after the first line, and the longest one. Each interval is five times the previous one, so that at most
    /// three lines are logged within ten minutes.
    private static let firstSilence = Duration.seconds(60)
    private static let longestSilence = Duration.seconds(3600)

    private let clock: any Clock<Duration>
    private let log: Log
    private let onChange: @Sendable (_ problem: String?) -> Void
    private let state = Mutex(State())

    /// - Parameter onChange: called with the problem when an outage begins, and with nil when it ends.
    package init(
        clock: any Clock<Duration>, log: Log, onChange: @escaping @Sendable (_ problem: String?) -> Void = { _ in }
    ) {
        self.onChange = onChange
        self.clock = clock
        self.log = log
    }

    /// The current problem and its duration; nil while the manager answers.
    package var current: (problem: String, lasted: Duration)? {
        state.withLock { state in state.lasted.map { (state.problem, $0()) } }
    }

    /// Records that the manager did not answer, or was unable to.
    package func failed(_ error: ManagerError) {
        let (line, isNew): (String?, Bool) = state.withLock { state in
            state.problem = error.description
            guard let lasted = state.lasted?() else {
                state.lasted = clock.stopwatch()
                (state.lastSaid, state.silence) = (.zero, Self.firstSilence)
                return ("\(error); retrying until it succeeds", true)
            }
            guard lasted - state.lastSaid >= state.silence else { return (nil, false) }
            state.lastSaid = lasted
            state.silence = min(state.silence * 5, Self.longestSilence)
            return ("still no valid answer from the manager after \(DurationText.text(lasted)): \(error)", false)
        }
        if isNew { onChange(error.description) }
        if let line { log.warning(line) }
    }

    /// Records that the manager answered.
    package func answered() {
        let lasted = state.withLock { state in
            defer { state.lasted = nil }
            return state.lasted?()
        }
        guard let lasted else { return }
        onChange(nil)
        log.info("the manager answers again after \(DurationText.text(lasted))")
    }

    /// Performs a request that the caller repeats. A manager that accepts no updates but answers everything else is not
    /// an outage, so the only failure that counts is an unreachable manager.
    func noticing<Answer>(_ request: () async throws(ManagerError) -> Answer) async throws(ManagerError) -> Answer {
        do throws(ManagerError) {
            let answer = try await request()
            answered()
            return answer
        } catch {
            if case .unreachable = error.reason, !Task.isCancelled { failed(error) }
            throw error
        }
    }
}
