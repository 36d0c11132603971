/// Extracts lines that end with CR LF from bytes that arrive in pieces of any size. Each byte is inspected once.
struct LineReader {
    enum Outcome { case line, incomplete, tooLong }

    // The beginning of an incomplete line.
    private var partial: [UInt8] = []

    /// Whether no line has started.
    var isEmpty: Bool { partial.isEmpty }

    /// Consumes one line from the front of `bytes` and passes it, without CR LF, to `use`; consumes all bytes if the
    /// line is incomplete. A line longer than `limit`, including CR LF, is rejected as soon as that is known.
    mutating func read<Value>(
        _ bytes: inout UnsafeRawBufferPointer, limit: Int, into value: inout Value,
        _ use: (UnsafeRawBufferPointer, inout Value) throws(RequestError) -> Void
    ) throws(RequestError) -> Outcome {
        let end = bytes.firstIndex(of: .lineFeed)
        guard partial.count + (end.map { $0 + 1 } ?? bytes.count) <= limit else { return .tooLong }
        guard let end else {
            partial.append(contentsOf: bytes)
            bytes = UnsafeRawBufferPointer(rebasing: bytes.suffix(0))
            return .incomplete
        }
        let piece = UnsafeRawBufferPointer(rebasing: bytes[..<end])
        bytes = UnsafeRawBufferPointer(rebasing: bytes[(end + 1)...])
        if partial.isEmpty {
            try use(Self.withoutCarriageReturn(piece), &value)
        } else {
            partial.append(contentsOf: piece)
            let whole = partial
            partial = []
            try whole.withUnsafeBufferPointer { (line) throws(RequestError) in
                try use(Self.withoutCarriageReturn(UnsafeRawBufferPointer(line)), &value)
            }
        }
        return .line
    }

    // RFC 9112 §2.2 allows a recipient to accept a lone LF as a line end. It is only sent by mistake or for request
    // smuggling.
    private static func withoutCarriageReturn(
        _ line: UnsafeRawBufferPointer
    ) throws(RequestError) -> UnsafeRawBufferPointer {
        guard line.last == .carriageReturn else { throw .malformed("a line ends in LF, expected CR LF") }
        return UnsafeRawBufferPointer(rebasing: line.dropLast())
    }
}

extension UnsafeRawBufferPointer {
    /// These bytes as text; invalid UTF-8 becomes U+FFFD.
    var text: String { String(decoding: self, as: UTF8.self) }
}
