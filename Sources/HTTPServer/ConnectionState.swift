/// The state machine of a connection: bytes and answers go in; requests, bytes to send and actions for the connection
/// come out. It uses no socket, clock or task.
struct ConnectionState {
    /// What a connection waits for, which determines the time limit.
    enum Wait: Equatable {
        case request, restOfRequest, handler, answerTaken, otherEndToClose, forever
        /// For output of a stream, or for the time to send its idle text.
        case stream(Duration)
    }

    private enum Phase {
        case receiving
        case handling(Asked)
        case answering(then: Next)
        /// The answer continues with a stream, and the connection ends with it.
        case streaming(HTTPStream)
        /// Our side is shut down; input is discarded until the other end closes too. Closing immediately would reset
        /// the connection and might discard the answer (RFC 9112 §9.6).
        case lingering
        /// The answer is never sent.
        case silent
        case closed
    }

    // The properties of a request that affect its answer.
    private struct Asked { let method: String, keepsAlive: Bool, isOldVersion: Bool, bodyBytes: Int }

    private enum Next { case receive, linger, close }

    private let date: @Sendable () -> String
    private var parser: RequestParser
    private var phase = Phase.receiving
    // What was received after a request that is not answered yet. No more is read until it is consumed.
    private var held: [UInt8] = []
    private var heldStart = 0
    private var output = OutputQueue()
    private var request: RequestParser.Message?
    private var isStopping = false

    /// Whether the other end has shut down its side.
    private(set) var inputHasEnded = false

    /// - Parameter date: returns the value of the `Date` field.
    init(limits: HTTPLimits, date: @escaping @Sendable () -> String) {
        parser = RequestParser(limits: limits)
        self.date = date
    }

    // MARK: Output

    var isClosed: Bool {
        if case .closed = phase { return true }
        return false
    }

    /// Whether nothing of a request was received, and nothing is to be sent.
    var isIdle: Bool { wait == .request }

    /// Whether our side of the connection is to be shut down after all is sent.
    var hasEndedOutput: Bool {
        if case .lingering = phase { return true }
        return false
    }

    var wantsInput: Bool { !inputHasEnded && held.isEmpty }

    var hasOutput: Bool { !output.isEmpty }

    /// The number of bytes of bodies and answers held for this connection.
    var heldBytes: Int {
        let handled = if case .handling(let asked) = phase { asked.bodyBytes } else { 0 }
        return handled + parser.bodyBytes + held.count + output.ownCount
    }

    /// Whether what is held can be dropped.
    var canGiveWay: Bool {
        switch phase {
        case .receiving, .answering: true
        case .handling, .streaming, .lingering, .silent, .closed: false
        }
    }

    var wait: Wait {
        switch phase {
        case .receiving: parser.isBetweenRequests && !hasOutput ? .request : .restOfRequest
        case .handling: .handler
        case .answering: .answerTaken
        case .streaming(let stream): .stream(stream.interval)
        case .lingering: .otherEndToClose
        case .silent, .closed: .forever
        }
    }

    /// Returns the request for the handler: each only once.
    mutating func takeRequest() -> RequestParser.Message? {
        defer { request = nil }
        return request
    }

    /// Passes the next piece of output to `send`, which returns how many bytes it sent.
    mutating func sendOutput(_ send: (UnsafeRawBufferPointer) -> Int) {
        guard hasOutput else { return }
        output.send(send)
        if !hasOutput { outputHasGone() }
    }

    // MARK: Input

    mutating func received(_ bytes: UnsafeRawBufferPointer) {
        switch phase {
        case .receiving: held = Array(bytes.suffix(parse(bytes)))
        case .handling, .answering: held.append(contentsOf: bytes)
        case .streaming, .lingering, .silent, .closed: break
        }
    }

    /// Handles the end of input. Requests received before are still answered.
    mutating func receivedEnd() {
        inputHasEnded = true
        switch phase {
        case .receiving: endReceiving()
        case .handling, .answering: break
        case .streaming, .lingering, .silent, .closed: phase = .closed
        }
    }

    /// Handles the answer of the handler.
    mutating func answered(_ response: HTTPResponse) {
        guard case .handling(let asked) = phase else { return }
        let isStreamed = response.stream != nil && response.fault == nil
        let isLast = isStreamed || !asked.keepsAlive || isStopping || inputHasEnded && held.isEmpty
        let pieces = response.serialised(
            to: asked.method, date: date(),
            persistence: isLast ? .closes : asked.isOldVersion ? .staysOpenForOldVersion : .staysOpen)
        switch response.delivery {
        case .whole where isStreamed && asked.method != "HEAD":
            forgetHeld()
            pieces.forEach { output.append($0) }
            if let stream = response.stream, !isStopping, !inputHasEnded {
                phase = .streaming(stream)
                takeStream()
            } else {
                phase = .closed
            }
        case .whole: send(pieces, then: isLast ? .linger : .receive)
        case .cutAfter(let count):
            let bytes = pieces.flatMap { $0.withBytes(Array.init) }
            send([.bytes(Array(bytes.prefix(max(count, 0))))], then: .close)
        case .never:
            phase = inputHasEnded || isStopping ? .closed : .silent
            forgetHeld()
        }
    }

    /// Whether the answer continues with a stream.
    var isStreaming: Bool { if case .streaming = phase { true } else { false } }

    /// The number of bytes to send.
    var outputCount: Int { output.count }

    /// Sends what was written to the stream.
    mutating func takeStream() {
        guard case .streaming(let stream) = phase else { return }
        let (texts, end) = stream.take()
        texts.forEach { output.append(.text($0)) }
        switch end {
        case nil: break
        case .finished: send([], then: .linger)
        case .overflowed: phase = .closed
        }
    }

    /// Handles the expiry of the time limit of `wait`.
    mutating func ranOutOfTime() {
        if case .streaming(let stream) = phase {
            if !hasOutput { output.append(.text(stream.idleText)) }
        } else if case .receiving = phase, !parser.isBetweenRequests {
            refuse(RequestError(408, "the request was not complete in time"))
        } else {
            phase = .closed
        }
    }

    /// Handles a lack of memory for what is held for this connection.
    mutating func giveWay() {
        if case .receiving = phase {
            refuse(RequestError(503, "too many requests at once, retry later"))
        } else {
            phase = .closed
        }
    }

    /// Handles that the other end accepts no more data.
    mutating func abandon() { phase = .closed }

    /// Accepts no more requests: what has started is finished.
    mutating func stop() {
        isStopping = true
        switch phase {
        case .receiving where parser.isBetweenRequests: phase = .closed
        case .silent, .streaming: phase = .closed
        default: break
        }
    }

    // MARK: Parsing

    // Returns the number of trailing bytes that were not parsed, because a request precedes them.
    private mutating func parse(_ bytes: UnsafeRawBufferPointer) -> Int {
        var rest = bytes
        while case .receiving = phase, let event = parser.next(&rest) {
            switch event {
            case .continueExpected:
                // Not if the body has already arrived (RFC 9110 §10.1.1).
                if rest.isEmpty { output.append(.bytes(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))) }
            case .request(let message):
                request = message
                phase = .handling(
                    Asked(
                        method: message.method, keepsAlive: message.keepsAlive, isOldVersion: message.isOldVersion,
                        bodyBytes: message.body.count))
            case .failed(let error):
                refuse(error)
                return 0
            }
        }
        return rest.count
    }

    private mutating func forgetHeld() {
        held = []
        heldStart = 0
    }

    private mutating func refuse(_ error: RequestError) {
        forgetHeld()
        parser.forget()
        send(HTTPResponse(error).serialised(to: "", date: date(), persistence: .closes), then: .linger)
    }

    private mutating func endReceiving() {
        if parser.isBetweenRequests {
            phase = .closed
        } else {
            refuse(.malformed("the connection was closed before the request was complete"))
        }
    }

    private mutating func send(_ pieces: [OutputQueue.Piece], then next: Next) {
        pieces.forEach { output.append($0) }
        phase = .answering(then: next)
        if !hasOutput { outputHasGone() }
    }

    private mutating func outputHasGone() {
        guard case .answering(let next) = phase else { return }
        switch next {
        case .close: phase = .closed
        case .linger: phase = inputHasEnded ? .closed : .lingering
        case .receive:
            phase = .receiving
            parseHeld()
        }
    }

    private mutating func parseHeld() {
        let bytes = held
        held = []
        let left = bytes.withUnsafeBytes { parse(UnsafeRawBufferPointer(rebasing: $0[heldStart...])) }
        heldStart = left > 0 ? bytes.count - left : 0
        if left > 0 { held = bytes }
        guard case .receiving = phase else { return }
        if inputHasEnded { endReceiving() } else if isStopping, parser.isBetweenRequests { phase = .closed }
    }
}
