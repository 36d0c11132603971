/// A request or an answer, byte by byte.
struct HTTPMessage {
    /// All of it.
    let bytes: [UInt8]
    /// The first line up to the second space: method and path of a request.
    let target: String
}

/// Takes the messages of a connection apart.
struct MessageReader {
    private let socket: TCPSocket
    private var bytes: [UInt8] = []

    init(_ socket: TCPSocket) { self.socket = socket }

    /// The next message; absent when the connection ends before it is whole.
    mutating func next() -> HTTPMessage? {
        var searched = 0
        var length: Int?
        while true {
            if length == nil, let end = endOfHead(from: searched) {
                length = end + Self.bodyLength(String(decoding: bytes[..<end], as: UTF8.self))
            }
            if let length, bytes.count >= length { return take(length) }
            searched = max(0, bytes.count - 3)
            guard let more = socket.receive() else { return nil }
            bytes += more
        }
    }

    private func endOfHead(from start: Int) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count - start >= mark.count else { return nil }
        return (start...(bytes.count - mark.count)).first { bytes[$0..<($0 + mark.count)].elementsEqual(mark) }
            .map { $0 + mark.count }
    }

    private static func bodyLength(_ head: String) -> Int {
        for line in head.split(separator: "\r\n").dropFirst() {
            let words = line.split(separator: ":", maxSplits: 1)
            if words.count == 2, words[0].lowercased() == "content-length" {
                return Int(words[1].drop { $0 == " " }) ?? 0
            }
        }
        return 0
    }

    private mutating func take(_ length: Int) -> HTTPMessage {
        let message = Array(bytes.prefix(length))
        bytes.removeFirst(length)
        let line = String(decoding: message.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        return HTTPMessage(bytes: message, target: line.split(separator: " ").prefix(2).joined(separator: " "))
    }
}
