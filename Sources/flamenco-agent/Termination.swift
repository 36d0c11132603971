import Agent
import CommandLineOptions
import Dispatch
import Synchronization

/// Reacts to signals that ask the agent to end. The first one stops the agent in good order. After a second one, or while the
/// agent is still starting, the process is ended by force if it does not end within seconds.
final class Termination: Sendable {
    private struct State {
        var count = 0
        var onFirst: @Sendable () -> Void = {}
        var onEach: (@Sendable () -> Void)?
    }

    /// Ends the process by force.
    let forcedEnd = ForcedEnd()
    private let log: Log
    /// A slow reader of the log must not delay signals.
    private let logQueue = DispatchQueue(label: "log of signals")
    private let state = Mutex(State())

    init(log: Log) { self.log = log }

    /// Takes a received signal; never waits.
    func received(_ name: String) {
        let state = state.withLock { state in
            state.count += 1
            return state
        }
        // Before anything else, so that ``logged()`` waits for it.
        let isFirst = state.count == 1
        logQueue.async { [log] in log.info("received \(name)\(isFirst ? ", stopping" : " again")") }
        if state.count > 1 || state.onEach == nil { forcedEnd.begin(status: ExitCode.internal) }
        if state.count == 1 { state.onFirst() }
        state.onEach?()
    }

    /// Returns when all received signals are in the log.
    func logged() async {
        await withCheckedContinuation { continuation in logQueue.async { continuation.resume() } }
    }

    /// Calls `body` at the first signal, even if that was received already.
    func onFirst(_ body: @escaping @Sendable () -> Void) {
        let wasReceived = state.withLock { state in
            state.onFirst = body
            return state.count > 0
        }
        if wasReceived { body() }
    }

    /// Calls `body` for each signal from now on, and for those received already.
    func onEach(_ body: @escaping @Sendable () -> Void) {
        let count = state.withLock { state in
            state.onEach = body
            return state.count
        }
        for _ in 0..<count { body() }
    }
}
