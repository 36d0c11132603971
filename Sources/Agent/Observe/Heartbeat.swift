import ExecutorKit
import HumanText
import Synchronization

/// Checks periodically that the parts of the agent respond.
///
/// The watchdog of a service manager, `/healthz` and the status use the same result.
package final class Heartbeat: Sendable {
    /// A part of the agent that can hang.
    package struct Part: Sendable {
        let name: String
        let ask: @Sendable (_ whenAlive: @escaping @Sendable () -> Void) -> Void

        /// - Parameters:
        ///   - name: the name in messages, as in `the worker`.
        ///   - ask: calls its argument as soon as the part has responded.
        package init(_ name: String, ask: @escaping @Sendable (_ whenAlive: @escaping @Sendable () -> Void) -> Void) {
            self.name = name
            self.ask = ask
        }
    }

    private struct State {
        /// When the current check started, while parts have not responded to it.
        var asked: Duration?
        /// The indexes of the parts that have not responded.
        var silent: Set<Int> = []
        /// When the last check started.
        var lastRound: Duration?
    }

    /// A part that has not responded for this long counts as hanging.
    package static let patience = Duration.seconds(10)
    /// The interval between checks, unless a shorter one is requested.
    package static let interval = Duration.seconds(5)

    private let clock: any Clock<Duration>
    private let interval: Duration
    private let time: @Sendable () -> Duration
    private let parts: [Part]
    private let onBeat: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - interval: the maximum interval between checks.
    ///   - onBeat: called each time that all parts have responded.
    package init(
        of parts: [Part], every interval: Duration? = nil, clock: any Clock<Duration>,
        onBeat: @escaping @Sendable () -> Void = {}
    ) {
        self.clock = clock
        self.interval = min(interval ?? Self.interval, Self.interval)
        self.parts = parts
        self.onBeat = onBeat
        time = clock.stopwatch()
    }

    /// Checks until the surrounding task is cancelled; one check at a time.
    package func run() async {
        while !Task.isCancelled {
            beat()
            try? await clock.sleep(for: interval)
        }
    }

    /// The problem, in one sentence without a full stop; nil if there is none.
    package var problem: String? {
        let state = state.withLock(\.self)
        if let asked = state.asked {
            let silence = time() - asked
            guard silence >= Self.patience else { return nil }
            let names = state.silent.sorted().map { parts[$0].name }.joined(separator: ", ")
            return "no response for \(DurationText.text(silence)) from \(names)"
        }
        guard let lastRound = state.lastRound else { return nil }
        let pause = time() - lastRound
        guard pause >= interval + Self.patience else { return nil }
        return "the agent's threads have been blocked for \(DurationText.text(pause))"
    }

    private func beat() {
        let now = time()
        let isDue = state.withLock { state in
            state.lastRound = now
            if state.asked != nil { return false }
            state.asked = now
            state.silent = Set(parts.indices)
            return true
        }
        guard isDue else { return }
        for (place, part) in parts.enumerated() {
            part.ask { [weak self] in self?.answered(place) }
        }
    }

    private func answered(_ place: Int) {
        let isComplete = state.withLock { state in
            guard state.silent.remove(place) != nil, state.silent.isEmpty else { return false }
            state.asked = nil
            return true
        }
        if isComplete { onBeat() }
    }
}
