import Agent
import CommandLineOptions
import Dispatch
import Synchronization

/// What signals that ask the agent to end lead to. The first is for the agent to follow; from the second on, and while it has not
/// begun yet, it ends by force when it does not end within seconds.
final class Termination: Sendable {
    private struct State {
        var count = 0
        var onFirst: @Sendable () -> Void = {}
        var onEach: (@Sendable () -> Void)?
    }

    /// Ends the process if need be.
    let forcedEnd = ForcedEnd()
    private let log: Log
    /// A log that nobody reads must not keep the signals waiting.
    private let logQueue = DispatchQueue(label: "log of signals")
    private let state = Mutex(State())

    init(log: Log) { self.log = log }

    /// A signal came; waits for nothing.
    func came(_ name: String) {
        let state = state.withLock { state in
            state.count += 1
            return state
        }
        // First, so that ``logged()`` waits for it, however fast the agent ends.
        logQueue.async { [log] in log.info("\(name) came") }
        if state.count > 1 || state.onEach == nil { forcedEnd.begin(status: ExitCode.internal) }
        if state.count == 1 { state.onFirst() }
        state.onEach?()
    }

    /// Returns when all signals that came are in the log.
    func logged() async {
        await withCheckedContinuation { continuation in logQueue.async { continuation.resume() } }
    }

    /// Calls `body` at the first signal, also when it has come already.
    func onFirst(_ body: @escaping @Sendable () -> Void) {
        let hasCome = state.withLock { state in
            state.onFirst = body
            return state.count > 0
        }
        if hasCome { body() }
    }

    /// Calls `body` at each signal from now on, and for those that have come.
    func onEach(_ body: @escaping @Sendable () -> Void) {
        let count = state.withLock { state in
            state.onEach = body
            return state.count
        }
        for _ in 0..<count { body() }
    }
}
