import Synchronization

/// The unbounded body of an answer: text that is sent when it is written, for as long as the connection lasts.
///
/// Writing never blocks. Text that the other end has not received yet is kept up to a limit; the stream of a slower
/// reader is closed. The connection is closed immediately when the server stops, and the time limits of requests do not
/// apply.
public final class HTTPStream: Sendable {
    /// How a stream ended.
    enum End { case finished, overflowed }

    private struct State {
        /// Text that the connection has not taken yet.
        var written: [String] = []
        var writtenBytes = 0
        /// The number of bytes waiting in the connection.
        var queuedBytes = 0
        var end: End?
        /// Whether there is no connection, now or ever.
        var isCut = false
        /// Notifies the connection that something was written.
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let limit: Int
    /// The text that is sent after `interval` without other text, so that both ends notice when the other is gone.
    let idleText: String
    let interval: Duration

    /// Creates a stream that is sent with the answer it is part of.
    ///
    /// - Parameters:
    ///   - limit: the maximum number of bytes waiting for a slow reader.
    ///   - idleText: the text that is sent after `interval` without other text; by default, a comment of server-sent
    ///     events.
    public init(limit: Int = 256 << 10, idleText: String = ":\n\n", every interval: Duration = .seconds(15)) {
        self.limit = limit
        self.idleText = idleText
        self.interval = interval
    }

    /// Whether written text is no longer sent.
    public var isClosed: Bool { state.withLock { $0.end != nil || $0.isCut } }

    /// Appends text to the stream.
    ///
    /// - Returns: false if the stream is closed, possibly by this call because too much is waiting.
    @discardableResult
    public func write(_ text: String) -> Bool {
        let (isOpen, wake) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
            guard state.end == nil, !state.isCut else { return (false, nil) }
            let count = text.utf8.count
            if state.queuedBytes + state.writtenBytes + count > limit {
                state.end = .overflowed
                state.written = []
                return (false, state.wake)
            }
            let isFirst = state.written.isEmpty
            state.written.append(text)
            state.writtenBytes += count
            return (true, isFirst ? state.wake : nil)
        }
        wake?()
        return isOpen
    }

    /// Ends the answer after the text written so far.
    public func close() {
        let wake = state.withLock { state in
            if state.end == nil { state.end = .finished }
            return state.wake
        }
        wake?()
    }

    // MARK: The connection

    /// Sets the callback for written text, which is called once until the text is taken.
    func connect(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

    /// Takes the written text.
    func take() -> (texts: [String], end: End?) {
        state.withLock { state in
            defer {
                state.queuedBytes += state.writtenBytes
                state.written = []
                state.writtenBytes = 0
            }
            return (state.written, state.end)
        }
    }

    /// Records the number of bytes waiting in the connection.
    func queue(_ bytes: Int) { state.withLock { $0.queuedBytes = bytes } }

    /// Records that there is no connection any more.
    func cut() {
        state.withLock { state in
            state.isCut = true
            state.wake = nil
            state.written = []
        }
    }
}
