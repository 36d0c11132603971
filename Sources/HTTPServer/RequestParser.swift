import FoundationEssentials

/// Turns the bytes of a connection into requests, strictly by RFC 9112; no I/O, no clock.
///
/// What comes out depends on the bytes alone, never on the pieces in which they come. Every byte is looked at once, and
/// bodies are copied piece by piece, so time is linear in the bytes even if each comes alone.
struct RequestParser {
    /// A request and what its sender wants of the connection.
    struct Message {
        var method: String
        var target: String
        var headers: HTTPHeaders
        var body: Data
        /// Whether the connection stays open after the answer.
        var keepsAlive: Bool
        /// Whether it came as HTTP/1.0.
        var isOldVersion: Bool
    }

    enum Event {
        /// The head has come, and the sender waits for `100 Continue` before it sends the body.
        case continueExpected
        case request(Message)
        /// The connection cannot go on after the answer to this: where the next request begins is not known.
        case failed(RequestError)
    }

    private enum State {
        case requestLine, fields, body(left: Int), chunkSize, chunk(left: Int), chunkEnd, trailers, failed
    }

    // A line with the size of a chunk: digits and extensions, which nobody uses.
    private static let chunkLineLimit = 256
    // What stands in a request line around its target; methods are short.
    private static let requestLineRest = 64

    private let limits: HTTPLimits
    private var state = State.requestLine
    private var lines = LineReader()
    private var head = RequestHead()
    private var fieldBytesLeft = 0
    private var body = Data()
    private var hasSkippedEmptyLine = false

    init(limits: HTTPLimits) { self.limits = limits }

    /// How many bytes of a body it holds.
    var bodyBytes: Int { body.count }

    /// Whether the last request has come whole and the next has not begun.
    var isBetweenRequests: Bool {
        if case .requestLine = state { return lines.isEmpty && !hasSkippedEmptyLine }
        return false
    }

    /// Takes bytes off the front of `bytes` until something is known. `nil` means that all were taken and more are
    /// needed. After `.failed` all that comes is thrown away.
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

    /// Lets go of what has come of a request: nothing comes of it any more.
    mutating func forget() {
        state = .failed
        lines = LineReader()
        body = Data()
    }

    // One line or one piece of the body.
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
        // Says at the first byte that TLS was spoken to a server that does not, instead of waiting for a line end.
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
            // Some old clients end a body with a line end that is not part of it (RFC 9112 §2.2).
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
            // Larger bodies grow as they come: a length alone must not cost memory.
            body.reserveCapacity(min(length, 1 << 20))
            state = .body(left: length)
        case .chunked: state = .chunkSize
        }
        return head.expectsContinue ? .continueExpected : nil
    }

    // True at the empty line that ends the fields.
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

    // `1*HEXDIG`, then perhaps extensions, which are ignored (RFC 9112 §7.1). A size too large for `Int` is `Int.max`.
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
