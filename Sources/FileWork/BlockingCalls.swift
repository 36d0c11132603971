import HumanText
import Synchronization

/// The calls into the system that may take for ever, while they go on: on a disk or a network file system that does not answer,
/// or into a pipe that nobody reads. Whoever ends the agent without them can say which they were.
package enum BlockingCalls {
    private struct Call {
        let action: String
        let path: String?
        let began: ContinuousClock.Instant
    }

    private struct State {
        var calls: [Int: Call] = [:]
        var next = 0
    }

    private static let state = Mutex(State())

    /// Makes a call, which is in the list until it comes back.
    ///
    /// - Parameters:
    ///   - action: what is done, as in “write to”.
    ///   - path: to what; nil when the action says it.
    package static func during<Value: ~Copyable, Failure: Error>(
        _ action: String, _ path: String?, _ call: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let id = state.withLock { state in
            state.next += 1
            state.calls[state.next] = Call(action: action, path: path, began: .now)
            return state.next
        }
        defer { state.withLock { _ = $0.calls.removeValue(forKey: id) } }
        return try call()
    }

    /// Those that have gone on for this long, longest first, in words: “write to /mnt/spool/log for 12 s”.
    package static func current(longerThan limit: Duration) -> [String] {
        let now = ContinuousClock.now
        return state.withLock(\.calls).values.filter { now - $0.began >= limit }.sorted { $0.began < $1.began }
            .map { call in
                let what = call.path.map { "\(call.action) \($0)" } ?? call.action
                return "\(what) for \(DurationText.text(now - call.began))"
            }
    }
}
