/// Messages on a stream: the length of each, in four bytes little-endian, before it.
package struct FrameAssembler {
    /// What no message is longer than: a command line of the size that Linux allows, with room to spare.
    package static let limit = 16 << 20

    private var waiting: [UInt8] = []

    package init() {}

    /// Takes what the stream brought.
    package mutating func append(_ bytes: some Sequence<UInt8>) { waiting.append(contentsOf: bytes) }

    /// The next message, once it is here in full.
    package mutating func next() throws -> [UInt8]? {
        guard waiting.count >= 4 else { return nil }
        var header = ByteReader(waiting[..<4])
        let length = Int(try header.integer(UInt32.self))
        guard length <= Self.limit else {
            throw MalformedMessage("a message of \(length) bytes is longer than \(Self.limit)")
        }
        guard waiting.count >= 4 + length else { return nil }
        defer { waiting.removeFirst(4 + length) }
        return Array(waiting[4..<(4 + length)])
    }

    /// A message as it goes over the stream.
    package static func frame(_ message: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(UInt32(message.count))
        return writer.bytes + message
    }
}
