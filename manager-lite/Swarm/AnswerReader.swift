import FoundationEssentials

/// Parses the answer to a request from the bytes of a connection (RFC 9112 §6). Accepts what managers send, and is
/// lenient about everything that does not matter to a swarm.
struct AnswerReader {
    /// A complete answer.
    struct Answer {
        let status: Int
        let body: Data
        /// Whether the connection stays open.
        let keepsAlive: Bool
    }

    private struct Head {
        var status: Int
        var length = 0
        var isChunked = false
        var keepsAlive = true
    }

    /// The answer is not valid HTTP/1.1.
    struct AnswerError: Error {}

    private var bytes: [UInt8] = []
    private var head: (head: Head, end: Int)?

    /// Whether nothing of an answer was received.
    var isEmpty: Bool { bytes.isEmpty }

    /// Adds bytes; returns the answer when it is complete.
    mutating func take(_ more: UnsafeRawBufferPointer) throws(AnswerError) -> Answer? {
        bytes.append(contentsOf: more)
        while true {
            if head == nil, let end = Self.endOfHead(in: bytes) { head = (try Self.read(bytes[..<end]), end) }
            guard let (head, end) = head else { return nil }
            guard head.status >= 200 else {
                // An interim answer.
                bytes.removeFirst(end)
                self.head = nil
                continue
            }
            guard let body = head.isChunked ? try Self.chunks(bytes[end...]) : Self.plain(bytes[end...], head.length)
            else {
                return nil
            }
            self = AnswerReader()
            return Answer(status: head.status, body: Data(body), keepsAlive: head.keepsAlive)
        }
    }

    private static func endOfHead(in bytes: [UInt8]) -> Int? {
        var place = 3
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\n"), bytes[place - 2] == UInt8(ascii: "\n") { return place + 1 }
            place += 1
        }
        return nil
    }

    private static func read(_ bytes: ArraySlice<UInt8>) throws(AnswerError) -> Head {
        var lines = bytes.split(separator: UInt8(ascii: "\n"))[...]
        guard let first = lines.popFirst(), first.starts(with: "HTTP/1.".utf8),
            let status = Int(String(decoding: first.dropFirst(9).prefix(3), as: UTF8.self))
        else { throw AnswerError() }
        var head = Head(status: status)
        for line in lines {
            let parts = String(decoding: line, as: UTF8.self).split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = parts[1].filter { !$0.isWhitespace }.lowercased()
            switch parts[0].lowercased() {
            case "content-length":
                guard let length = Int(value), length >= 0 else { throw AnswerError() }
                head.length = length
            case "transfer-encoding": head.isChunked = value == "chunked"
            case "connection": head.keepsAlive = value != "close"
            default: break
            }
        }
        if status == 204 || status == 304 { (head.length, head.isChunked) = (0, false) }
        return head
    }

    private static func plain(_ bytes: ArraySlice<UInt8>, _ length: Int) -> [UInt8]? {
        bytes.count >= length ? Array(bytes.prefix(length)) : nil
    }

    private static func chunks(_ bytes: ArraySlice<UInt8>) throws(AnswerError) -> [UInt8]? {
        var body: [UInt8] = []
        var rest = bytes
        while let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let digits = rest[..<lineEnd].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\r") }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0 else {
                throw AnswerError()
            }
            rest = rest[(lineEnd + 1)...]
            // The chunk, and the line end after it.
            guard rest.count >= size + 2 else { return nil }
            if size == 0 { return body }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return nil
    }
}
