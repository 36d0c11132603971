import CCurl
import Synchronization

/// What the callers of a transport want from its thread.
///
/// Unchecked, since the compiler cannot see that the handle may be shared: `curl_multi_wakeup` is the one call that any
/// thread may make (curl_multi_wakeup(3)), it is made under the lock, and never after the loop took its last look.
final class TransportInbox: @unchecked Sendable {
    /// A wish.
    enum Wish {
        case begin(Int, TransportRequest, CheckedContinuation<TransportReply, any Error>)
        case cancel(Int)
    }

    private struct State {
        var wishes: [Wish] = []
        var number = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let multi: UnsafeMutableRawPointer

    init(multi: UnsafeMutableRawPointer) { self.multi = multi }

    /// A number for the next request.
    func nextNumber() -> Int {
        state.withLock { state in
            state.number += 1
            return state.number
        }
    }

    /// Leaves a wish, and wakes the thread.
    func post(_ wish: Wish) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.wishes.append(wish)
            curl_multi_wakeup(multi)
        }
    }

    /// Ends the thread; whoever sends holds the transport, so nobody waits for an answer any more.
    func close() {
        state.withLock { state in
            state.isClosed = true
            curl_multi_wakeup(multi)
        }
    }

    /// Takes all wishes; nothing when the transport is closed.
    func take() -> [Wish]? {
        state.withLock { state in
            if state.isClosed { return nil }
            defer { state.wishes = [] }
            return state.wishes
        }
    }
}
