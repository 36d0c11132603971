import ExecutorKit
import HumanText
import Synchronization

/// Asks the parts of the agent again and again whether they get on.
///
/// The watchdog of a service manager, `/healthz` and the status go by the same answers.
package final class Heartbeat: Sendable {
    /// A part of the agent that can hang.
    package struct Part: Sendable {
        let name: String
        let ask: @Sendable (_ whenAlive: @escaping @Sendable () -> Void) -> Void

        /// - Parameters:
        ///   - name: what it is called in a sentence, as in `the worker`.
        ///   - ask: calls what it is given as soon as the part has responded.
        package init(_ name: String, ask: @escaping @Sendable (_ whenAlive: @escaping @Sendable () -> Void) -> Void) {
            self.name = name
            self.ask = ask
        }
    }

    private struct State {
        /// When the question was asked that is not answered yet by all.
        var asked: Duration?
        /// The parts that have not answered it, by their place.
        var silent: Set<Int> = []
        /// When the agent last asked.
        var lastRound: Duration?
    }

    /// An agent that has not answered for so long counts as hanging.
    package static let patience = Duration.seconds(10)
    /// How often it is asked, unless somebody wants it more often.
    package static let interval = Duration.seconds(5)

    private let clock: any Clock<Duration>
    private let interval: Duration
    private let time: @Sendable () -> Duration
    private let parts: [Part]
    private let onBeat: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - interval: how often it asks at least.
    ///   - onBeat: called each time that all parts have answered.
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

    /// Asks until the surrounding task is cancelled; one question at a time.
    package func run() async {
        while !Task.isCancelled {
            beat()
            try? await clock.sleep(for: interval)
        }
    }

    /// What is wrong, in one sentence without a full stop; nil when all is well.
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
