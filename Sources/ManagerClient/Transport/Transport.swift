import CCurl
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Sends requests over HTTP with libcurl: one thread, one multi handle, connections kept and used again
/// (libcurl-multi(3)). The thread ends when the last reference goes.
final class Transport: Sendable {
    private let inbox: TransportInbox

    /// - Parameter caFile: the certificates to trust in place of those of the system.
    init(userAgent: String, caFile: String? = nil) throws(TransportError) {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let multi = curl_multi_init() else {
            throw TransportError(problem: "libcurl cannot be set up", wasSent: false)
        }
        inbox = TransportInbox(multi: multi)
        let loop = TransportLoop(inbox: inbox, multi: multi, userAgent: userAgent, caFile: caFile)
        let context = Unmanaged.passRetained(loop)
        var thread = pthread_t()
        guard pthread_create(&thread, nil, { runTransportLoop($0) }, context.toOpaque()) == 0 else {
            context.release()
            curl_multi_cleanup(multi)
            throw TransportError(problem: "no thread could be started", wasSent: false)
        }
        pthread_detach(thread)
    }

    deinit { inbox.close() }

    /// The answer to a request; cancellation ends the transfer.
    ///
    /// - Throws: ``TransportError``, `CancellationError`.
    func send(_ request: TransportRequest) async throws -> TransportReply {
        let number = inbox.nextNumber()
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                inbox.post(.begin(number, request, continuation))
                // A cancellation that came before the wish above found nothing to cancel.
                if Task.isCancelled { inbox.post(.cancel(number)) }
            }
        } onCancel: {
            inbox.post(.cancel(number))
        }
    }
}

private func runTransportLoop(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<TransportLoop>.fromOpaque(context).takeRetainedValue().run()
    return nil
}

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

/// The thread of a transport.
private final class TransportLoop {
    private let inbox: TransportInbox
    private let multi: UnsafeMutableRawPointer
    private let userAgent: String
    private let caFile: String?
    private var transfers: [Int: Transfer] = [:]
    private var numbers: [UnsafeMutableRawPointer: Int] = [:]

    init(inbox: TransportInbox, multi: UnsafeMutableRawPointer, userAgent: String, caFile: String?) {
        self.inbox = inbox
        self.multi = multi
        self.userAgent = userAgent
        self.caFile = caFile
    }

    func run() {
        while let wishes = inbox.take() {
            for wish in wishes {
                switch wish {
                case .begin(let number, let request, let continuation): begin(number, request, continuation)
                case .cancel(let number): remove(number)?.cancel()
                }
            }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            finishTransfers()
            // Woken by a wish, by a socket, or by a time-out of libcurl.
            curl_multi_poll(multi, nil, 0, 60_000, nil)
        }
        transfers.keys.sorted().forEach { remove($0)?.cancel() }
        curl_multi_cleanup(multi)
    }

    private func begin(
        _ number: Int, _ request: TransportRequest, _ continuation: CheckedContinuation<TransportReply, any Error>
    ) {
        guard
            let transfer = Transfer(request, userAgent: userAgent, caFile: caFile, continuation: continuation),
            curl_multi_add_handle(multi, transfer.easy) == CURLM_OK
        else {
            continuation.resume(throwing: TransportError(problem: "libcurl has no memory left", wasSent: false))
            return
        }
        transfers[number] = transfer
        numbers[transfer.easy] = number
    }

    private func remove(_ number: Int) -> Transfer? {
        guard let transfer = transfers.removeValue(forKey: number) else { return nil }
        numbers[transfer.easy] = nil
        curl_multi_remove_handle(multi, transfer.easy)
        return transfer
    }

    private func finishTransfers() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let number = numbers[easy]
            else { continue }
            let result = ccurl_message_result(message)
            remove(number)?.finish(result)
        }
    }
}
