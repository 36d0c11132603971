import Synchronization
import System

/// Events for an event loop, from any thread. Waking it costs one byte on a socket that it polls, however many events
/// are queued.
final class EventQueue: Sendable {
    enum Event: Sendable {
        /// The handler of a connection has answered.
        case answer(HTTPResponse, connection: UInt64)
        /// Something was written to the stream of a connection.
        case written(connection: UInt64)
        /// A deadline may have expired.
        case alarm
        /// Finish what has started; resume the continuation when the loop is about to end.
        case stop(CheckedContinuation<Void, Never>)
        /// End immediately.
        case cut
    }

    private enum State { case open([Event]), closed }

    /// Readable when there are events.
    let wakeReader: Socket
    private let wakeWriter: Socket
    private let state = Mutex(State.open([]))

    init() throws(SystemError) { (wakeReader, wakeWriter) = try Socket.pair() }

    deinit {
        wakeReader.close()
        wakeWriter.close()
    }

    /// Adds an event; returns false if the loop has ended and nobody will handle it.
    @discardableResult
    func post(_ event: Event) -> Bool {
        state.withLock { state in
            guard case .open(var events) = state else { return false }
            state = .closed  // So that the array is not copied when it grows.
            events.append(event)
            state = .open(events)
            if events.count == 1 { wake() }
            return true
        }
    }

    /// Takes all events.
    func takeAll() -> [Event] {
        state.withLock { state in
            guard case .open(let events) = state, !events.isEmpty else { return [] }
            state = .open([])
            endWake()
            return events
        }
    }

    /// Takes all events, and closes the queue.
    func close() -> [Event] {
        state.withLock { state in
            guard case .open(let events) = state else { return [] }
            state = .closed
            return events
        }
    }

    private func wake() {
        _ = withUnsafeBytes(of: UInt8(0)) { wakeWriter.send($0) }
    }

    private func endWake() {
        _ = withUnsafeTemporaryAllocation(byteCount: 8, alignment: 1) { wakeReader.receive(into: $0) }
    }
}
