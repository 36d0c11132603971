import Synchronization

/// Messages to an event loop from any thread. Waking it costs one byte on a socket that it polls, however many messages
/// have gathered.
final class Mailbox: Sendable {
    enum Message: Sendable {
        /// The handler of a connection has answered.
        case answer(HTTPResponse, connection: UInt64)
        /// Something was written to the stream of a connection.
        case written(connection: UInt64)
        /// Some deadline may be over.
        case alarm
        /// Finish what has begun; resume the continuation when the loop is about to end.
        case stop(CheckedContinuation<Void, Never>)
        /// End now.
        case cut
    }

    private enum State { case open([Message]), closed }

    /// Ready to read when there are messages.
    let bell: Socket
    private let button: Socket
    private let state = Mutex(State.open([]))

    init() throws(Socket.Failure) { (bell, button) = try Socket.pair() }

    deinit {
        bell.close()
        button.close()
    }

    /// Leaves a message; false if the loop has ended and nobody will read it.
    @discardableResult
    func post(_ message: Message) -> Bool {
        state.withLock { state in
            guard case .open(var messages) = state else { return false }
            state = .closed  // So that the array is not copied when it grows.
            messages.append(message)
            state = .open(messages)
            if messages.count == 1 { ring() }
            return true
        }
    }

    /// Takes all messages.
    func empty() -> [Message] {
        state.withLock { state in
            guard case .open(let messages) = state, !messages.isEmpty else { return [] }
            state = .open([])
            silence()
            return messages
        }
    }

    /// Takes all messages; from now on nobody can leave one.
    func close() -> [Message] {
        state.withLock { state in
            guard case .open(let messages) = state else { return [] }
            state = .closed
            return messages
        }
    }

    private func ring() {
        _ = withUnsafeBytes(of: UInt8(0)) { button.send($0) }
    }

    private func silence() {
        _ = withUnsafeTemporaryAllocation(byteCount: 8, alignment: 1) { bell.receive(into: $0) }
    }
}
