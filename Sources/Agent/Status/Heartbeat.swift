import ExecutorKit
import Synchronization
import Wording

/// Asks the agent again and again whether it is alive: the state loop, the sender, and the thread that reads and writes for it.
///
/// The watchdog of a service manager and `/healthz` go by the same answers.
package final class Heartbeat: Sendable {
    private struct State {
        /// When the question was asked that is not answered yet.
        var asked: Duration?
    }

    /// An agent that has not answered for so long counts as hanging.
    package static let patience = Duration.seconds(10)
    /// How often it is asked, unless somebody wants it more often.
    package static let interval = Duration.seconds(5)

    private let clock: any Clock<Duration>
    private let interval: Duration
    private let time: @Sendable () -> Duration
    private let ask: @Sendable (_ whenAlive: @escaping @Sendable () -> Void) -> Void
    private let onBeat: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - interval: how often it asks at least.
    ///   - ask: calls what it is given as soon as the agent has got round to it.
    ///   - onBeat: called with each answer.
    package init(
        every interval: Duration? = nil, clock: any Clock<Duration>,
        ask: @escaping @Sendable (_ whenAlive: @escaping @Sendable () -> Void) -> Void,
        onBeat: @escaping @Sendable () -> Void = {}
    ) {
        self.clock = clock
        self.interval = min(interval ?? Self.interval, Self.interval)
        self.ask = ask
        self.onBeat = onBeat
        time = clock.stopwatch()
    }

    /// Asks until the surrounding task is cancelled; one question at a time.
    package func run() async {
        while !Task.isCancelled {
            beat()
            try? await clock.sleep(for: interval)
        }
    }

    /// What is wrong, in one sentence without a full stop; nil when all is well.
    package var problem: String? {
        guard let asked = state.withLock(\.asked) else { return nil }
        let silence = time() - asked
        guard silence >= Self.patience else { return nil }
        return "the worker, or the sender of its updates, has not answered for \(DurationText.words(silence))"
    }

    private func beat() {
        let now = time()
        let isDue = state.withLock { state in
            if state.asked != nil { return false }
            state.asked = now
            return true
        }
        guard isDue else { return }
        ask { [weak self] in
            guard let self else { return }
            state.withLock { $0.asked = nil }
            onBeat()
        }
    }
}
