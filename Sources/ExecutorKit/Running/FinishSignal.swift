import Synchronization

/// Signals that a program has done all its work, although its process may continue: it printed its last line, and
/// hangs.
///
/// From then on the process has the time of leftover processes. If it then only hangs, it is ended with its whole tree,
/// and treated as exited with status 0. A wrapper that is still working is not ended; see ``RemainingProcesses``.
public final class FinishSignal: Sendable {
    private struct State {
        var isGiven = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// The prefix of the names of processes that may hang.
    let processName: String

    /// Creates a signal.
    ///
    /// - Parameter processName: the prefix of the names of the program's own processes: `blender`.
    public init(of processName: String) { self.processName = processName }

    /// Gives the signal; returns immediately, from any thread.
    public func give() {
        let waiting = state.withLock { state in
            state.isGiven = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Waits until the signal is given, or the surrounding Swift task is cancelled.
    ///
    /// - Returns: whether it was given.
    func wait() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isGiven || Task.isCancelled { return true }
                    state.waiting = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in
                defer { state.waiting = nil }
                return state.waiting
            }?.resume()
        }
        return state.withLock(\.isGiven)
    }
}
