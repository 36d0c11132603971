import FoundationEssentials

/// Parses the bytes of a connection into requests, strictly by RFC 9112; without I/O or a clock.
///
/// The result depends only on the bytes, never on how they are divided. Each byte is inspected once, and bodies are
/// copied piece by piece, so the time is linear in the number of bytes even if they arrive one by one.
struct RequestParser {
    /// A request with its connection options.
    struct Message {
        var method: String
        var target: String
        var headers: HTTPHeaders
        var body: Data
        /// Whether the connection stays open after the answer.
        var keepsAlive: Bool
        /// Whether it is an HTTP/1.0 request.
        var isOldVersion: Bool
    }

    enum Event {
        /// The head is complete, and the sender waits for `100 Continue` before it sends the body.
        case continueExpected
        case request(Message)
        /// The connection cannot continue after the answer to this: the start of the next request is unknown.
        case failed(RequestError)
    }

    private enum State {
        case requestLine, fields, body(left: Int), chunkSize, chunk(left: Int), chunkEnd, trailers, failed
    }

    // The maximum length of a chunk size line: digits and extensions, which nobody uses.
    private static let chunkLineLimit = 256
    // The maximum length of the request line without its target; methods are short.
    private static let requestLineRest = 64

    private let limits: HTTPLimits
    private var state = State.requestLine
    private var lines = LineReader()
    private var head = RequestHead()
    private var fieldBytesLeft = 0
    private var body = Data()
    private var hasSkippedEmptyLine = false

    init(limits: HTTPLimits) { self.limits = limits }

    /// The number of body bytes held.
    var bodyBytes: Int { body.count }

    /// Whether the last request is complete and the next has not started.
    var isBetweenRequests: Bool {
        if case .requestLine = state { return lines.isEmpty && !hasSkippedEmptyLine }
        return false
    }

    /// Consumes bytes from the front of `bytes` until there is an event. `nil` means that all were consumed and more
    /// are needed. After `.failed`, all further bytes are discarded.
    mutating func next(_ bytes: inout UnsafeRawBufferPointer) -> Event? {
        do throws(RequestError) {
            while true {
                if let event = try step(&bytes) { return event }
                if bytes.isEmpty { return nil }
            }
        } catch {
            forget()
            return .failed(error)
        }
    }

    /// Discards an incomplete request.
    mutating func forget() {
        state = .failed
        lines = LineReader()
        body = Data()
    }

    // Parses one line or one piece of the body.
    private mutating func step(_ bytes: inout UnsafeRawBufferPointer) throws(RequestError) -> Event? {
        switch state {
        case .requestLine: try readRequestLine(&bytes)
        case .fields: return try readField(&bytes)
        case .body(let left):
            let taken = takeBody(&bytes, upTo: left)
            state = .body(left: left - taken)
            if taken == left { return finish() }
        case .chunkSize: try readChunkSize(&bytes)
        case .chunk(let left):
            let taken = takeBody(&bytes, upTo: left)
            state = taken == left ? .chunkEnd : .chunk(left: left - taken)
        case .chunkEnd: try readChunkEnd(&bytes)
        case .trailers: return try readTrailer(&bytes)
        case .failed: bytes = UnsafeRawBufferPointer(rebasing: bytes.suffix(0))
        }
        return nil
    }

    // MARK: Head

    private mutating func readRequestLine(_ bytes: inout UnsafeRawBufferPointer) throws(RequestError) {
        // Detects at the first byte that the client uses TLS, instead of waiting for a line end.
        if lines.isEmpty, let first = bytes.first, !first.isTokenCharacter, first != .carriageReturn {
            throw .malformed("a request does not begin with a method")
        }
        let limit = limits.targetBytes
        var isEmptyLine = false
        let outcome = try lines.read(&bytes, limit: limit + Self.requestLineRest, into: &head) {
            (line, head) throws(RequestError) in
            isEmptyLine = line.isEmpty
            if !isEmptyLine { try head.readRequestLine(line, targetLimit: limit) }
        }
        switch outcome {
        case .incomplete: break
        case .tooLong: throw RequestHead.targetTooLong(limit)
        case .line where isEmptyLine:
            // Some old clients send a line end after a body that is not part of it (RFC 9112 §2.2).
            guard !hasSkippedEmptyLine else { throw .malformed("a request begins with empty lines") }
            hasSkippedEmptyLine = true
        case .line:
            fieldBytesLeft = limits.headerBytes
            state = .fields
        }
    }

    private mutating func readField(_ bytes: inout UnsafeRawBufferPointer) throws(RequestError) -> Event? {
        guard try readFieldLine(&bytes, use: { (line, head) throws(RequestError) in try head.readField(line) }) else {
            return nil
        }
        switch try head.framing(bodyLimit: limits.bodyBytes) {
        case .length(0): return finish()
        case .length(let length):
            // The buffer of larger bodies grows as they arrive: a length alone must not use memory.
            body.reserveCapacity(min(length, 1 << 20))
            state = .body(left: length)
        case .chunked: state = .chunkSize
        }
        return head.expectsContinue ? .continueExpected : nil
    }

    // Returns true at the empty line after the fields.
    private mutating func readFieldLine(
        _ bytes: inout UnsafeRawBufferPointer,
        use: (UnsafeRawBufferPointer, inout RequestHead) throws(RequestError) -> Void
    ) throws(RequestError) -> Bool {
        var length = 0
        // The empty line does not count.
        let outcome = try lines.read(&bytes, limit: max(fieldBytesLeft, 2), into: &head) {
            (line, head) throws(RequestError) in
            length = line.count
            if length > 0 { try use(line, &head) }
        }
        guard outcome != .tooLong else {
            throw RequestError(431, "the header fields are larger than \(limits.headerBytes) bytes")
        }
        guard outcome == .line else { return false }
        fieldBytesLeft -= length + 2
        return length == 0
    }

    // MARK: Body

    private mutating func takeBody(_ bytes: inout UnsafeRawBufferPointer, upTo count: Int) -> Int {
        let piece = bytes.prefix(count)
        body.append(UnsafeRawBufferPointer(rebasing: piece).bindMemory(to: UInt8.self))
        bytes = UnsafeRawBufferPointer(rebasing: bytes[piece.endIndex...])
        return piece.count
    }

    private mutating func readChunkSize(_ bytes: inout UnsafeRawBufferPointer) throws(RequestError) {
        var size = 0
        let left = limits.bodyBytes - body.count
        let outcome = try lines.read(&bytes, limit: Self.chunkLineLimit, into: &size) {
            (line, size) throws(RequestError) in
            size = try Self.chunkSize(line)
        }
        switch outcome {
        case .incomplete: return
        case .tooLong: throw .malformed("the line with a chunk's size is longer than \(Self.chunkLineLimit) bytes")
        case .line: break
        }
        guard size <= left else { throw RequestHead.bodyTooLarge(limits.bodyBytes) }
        if size == 0 { fieldBytesLeft = limits.headerBytes }
        state = size == 0 ? .trailers : .chunk(left: size)
    }

    // Parses `1*HEXDIG`, optionally followed by extensions, which are ignored (RFC 9112 §7.1). A size too large for
    // `Int` is `Int.max`.
    private static func chunkSize(_ line: UnsafeRawBufferPointer) throws(RequestError) -> Int {
        var size = 0
        var digits = 0
        for byte in line {
            guard let value = byte.hexadecimalValue else { break }
            size = size > Int.max >> 4 ? .max : size << 4 | value
            digits += 1
        }
        let rest = line[digits...]
        let extensions = rest.drop { $0 == .space || $0 == .tab }
        guard digits > 0, rest.isEmpty || extensions.first == UInt8(ascii: ";"), rest.allSatisfy(\.isFieldCharacter)
        else {
            throw .malformed("a chunk's size is not a hexadecimal number")
        }
        return size
    }

    private mutating func readChunkEnd(_ bytes: inout UnsafeRawBufferPointer) throws(RequestError) {
        var isEmptyLine = false
        let outcome = try lines.read(&bytes, limit: 2, into: &isEmptyLine) { (line, isEmptyLine) in
            isEmptyLine = line.isEmpty
        }
        switch outcome {
        case .incomplete: return
        case .line where isEmptyLine: state = .chunkSize
        case .line, .tooLong: throw .malformed("a chunk is longer than its size says")
        }
    }

    private mutating func readTrailer(_ bytes: inout UnsafeRawBufferPointer) throws(RequestError) -> Event? {
        let isEnd = try readFieldLine(&bytes) { (line, _) throws(RequestError) in try RequestHead.checkTrailer(line) }
        return isEnd ? finish() : nil
    }

    private mutating func finish() -> Event {
        let message = Message(
            method: head.method, target: head.target, headers: head.headers, body: body, keepsAlive: head.keepsAlive,
            isOldVersion: head.minorVersion == 0)
        self = RequestParser(limits: limits)
        return .request(message)
    }
}
