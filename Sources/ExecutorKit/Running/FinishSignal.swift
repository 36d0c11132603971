import Synchronization

/// Says that a program has done all its work, although its process may stay: it printed its last word, and hangs.
///
/// From then on the process has the time that leftover processes have. When it only hangs then, it is ended with its whole
/// tree, and counts as ended with exit status 0. A wrapper that works on is left alone; see ``RemainingProcesses``.
public final class FinishSignal: Sendable {
    private struct State {
        var isGiven = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// What the names of the processes begin with that may hang.
    let processName: String

    /// A signal that was not given yet.
    ///
    /// - Parameter processName: what the names of the program's own processes begin with: `blender`.
    public init(of processName: String) { self.processName = processName }

    /// Gives it; returns at once, from any thread.
    public func give() {
        let waiting = state.withLock { state in
            state.isGiven = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Waits until it is given, or the surrounding Swift task is cancelled.
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
