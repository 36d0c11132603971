import CCurl
import Synchronization

/// The thread of a transport, which owns the libcurl handle.
final class TransportLoop {
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

    deinit { curl_multi_cleanup(multi) }

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
            // Woken by a command, a socket, or a timeout of libcurl.
            curl_multi_poll(multi, nil, 0, 60_000, nil)
        }
        transfers.keys.sorted().forEach { remove($0)?.cancel() }
    }

    private func begin(
        _ number: Int, _ request: TransportRequest, _ continuation: CheckedContinuation<TransportReply, any Error>
    ) {
        guard
            let transfer = Transfer(request, userAgent: userAgent, caFile: caFile, continuation: continuation),
            curl_multi_add_handle(multi, transfer.easy) == CURLM_OK
        else {
            continuation.resume(throwing: TransportError(.noAnswer, "libcurl is out of memory"))
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

/// The commands of callers to the thread of a transport.
///
/// Unchecked, because the compiler cannot see that the handle may be shared: `curl_multi_wakeup` is the only call that
/// any thread may make (curl_multi_wakeup(3)); it is made under the lock, and never after the loop has read the last
/// commands.
final class TransportInbox: @unchecked Sendable {
    /// A command.
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

    /// Returns a number for the next request.
    func nextNumber() -> Int {
        state.withLock { state in
            state.number += 1
            return state.number
        }
    }

    /// Posts a command, and wakes the thread.
    func post(_ wish: Wish) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.wishes.append(wish)
            curl_multi_wakeup(multi)
        }
    }

    /// Ends the thread; senders retain the transport, so nobody waits for an answer any more.
    func close() {
        state.withLock { state in
            state.isClosed = true
            curl_multi_wakeup(multi)
        }
    }

    /// Takes all commands; nil if the transport is closed.
    func take() -> [Wish]? {
        state.withLock { state in
            if state.isClosed { return nil }
            defer { state.wishes = [] }
            return state.wishes
        }
    }
}
