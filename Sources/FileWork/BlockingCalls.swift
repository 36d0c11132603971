import HumanText
import Synchronization

/// The system calls in progress that may block forever: on a disk or a network file system that does not respond, or on
/// a pipe that nobody reads. If the agent has to be killed, they are logged.
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

    /// Makes a call, which is listed until it returns.
    ///
    /// - Parameters:
    ///   - action: the action, for example "write to".
    ///   - path: the path; nil if the action contains it.
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

    /// Describes the calls that have been running for this long, longest first: "write to /mnt/spool/log for 12 s".
    package static func current(longerThan limit: Duration) -> [String] {
        let now = ContinuousClock.now
        return state.withLock(\.calls).values.filter { now - $0.began >= limit }.sorted { $0.began < $1.began }
            .map { call in
                let what = call.path.map { "\(call.action) \($0)" } ?? call.action
                return "\(what) for \(DurationText.text(now - call.began))"
            }
    }
}
