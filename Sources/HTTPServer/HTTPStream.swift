import Synchronization

/// The body of an answer without an end: text that is sent when it is written, for as long as the connection lasts.
///
/// Writing never waits. What the other end has not taken yet is kept up to a limit; a reader that falls further behind is
/// closed. The connection is closed at once when the server stops, and the limits on the time of a request do not count.
public final class HTTPStream: Sendable {
    /// How a stream ended.
    enum End { case finished, overflowed }

    private struct State {
        /// What the connection has not taken over yet.
        var written: [String] = []
        var writtenBytes = 0
        /// How many bytes wait in the connection.
        var queuedBytes = 0
        var end: End?
        /// Whether there is no connection any more, or never will be one.
        var isCut = false
        /// Tells the connection that something has been written.
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let limit: Int
    /// What is sent when nothing else was for `interval`, so that both ends notice when the other is gone.
    let idleText: String
    let interval: Duration

    /// A stream that goes out with the answer that it is put into.
    ///
    /// - Parameters:
    ///   - limit: how many bytes may wait for a slow reader.
    ///   - idleText: what is sent when nothing else was for `interval`; as it is, a comment of server-sent events.
    public init(limit: Int = 256 << 10, idleText: String = ":\n\n", every interval: Duration = .seconds(15)) {
        self.limit = limit
        self.idleText = idleText
        self.interval = interval
    }

    /// Whether nothing that is written arrives any more.
    public var isClosed: Bool { state.withLock { $0.end != nil || $0.isCut } }

    /// Sends text behind what was written before.
    ///
    /// - Returns: false when the stream is closed, by this call perhaps, because too much waits already.
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

    /// Ends the answer behind what was written before.
    public func close() {
        let wake = state.withLock { state in
            if state.end == nil { state.end = .finished }
            return state.wake
        }
        wake?()
    }

    // MARK: The connection

    /// From now on `wake` is called when something has been written, until it is taken.
    func connect(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

    /// Takes over what has been written.
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

    /// How many bytes wait in the connection now.
    func queue(_ bytes: Int) { state.withLock { $0.queuedBytes = bytes } }

    /// There is no connection any more.
    func cut() {
        state.withLock { state in
            state.isCut = true
            state.wake = nil
            state.written = []
        }
    }
}
