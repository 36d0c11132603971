/// Cuts lines that end in CR LF out of bytes that come in pieces of any size. Looks at every byte once.
struct LineReader {
    enum Outcome { case line, incomplete, tooLong }

    // The beginning of a line whose end has not come yet.
    private var partial: [UInt8] = []

    /// Whether no line has begun.
    var isEmpty: Bool { partial.isEmpty }

    /// Takes one line off the front of `bytes` and hands it, without CR LF, to `use`; takes all of them if the line goes
    /// on. A line longer than `limit`, CR LF included, is too long as soon as that is known.
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

    // RFC 9112 §2.2 lets a recipient take a lone LF for a line end. Nobody sends it but by mistake or to smuggle.
    private static func withoutCarriageReturn(
        _ line: UnsafeRawBufferPointer
    ) throws(RequestError) -> UnsafeRawBufferPointer {
        guard line.last == .carriageReturn else { throw .malformed("a line ends in LF, expected CR LF") }
        return UnsafeRawBufferPointer(rebasing: line.dropLast())
    }
}

extension UnsafeRawBufferPointer {
    /// The text in these bytes; what is not UTF-8 becomes U+FFFD.
    var text: String { String(decoding: self, as: UTF8.self) }
}
