/// The log of a task, with limited size: if it is too long, the middle is omitted, and a line says so.
package struct TaskLog: Hashable, Sendable {
    // Chunks are kept as received instead of in one long string, so that appending never copies existing text.
    private var head: [String] = []
    private var tail: [String] = []
    private var headSize = 0
    private var tailSize = 0
    private var omitted = 0

    /// Small chunks are joined up to this size.
    private static let chunkSize = 64 << 10

    package init() {}

    /// The size of ``text`` in bytes.
    package var size: Int { headSize + marker.utf8.count + tailSize }

    package var isEmpty: Bool { size == 0 }

    /// The log in pieces, which together are ``text``.
    package var pieces: [String] { omitted == 0 ? head + tail : head + [marker] + tail }

    package var text: String { pieces.joined() }

    /// Returns the end of the log: whole lines if possible, at most this many bytes.
    package func tail(bytes: Int) -> String {
        var last: [String] = []
        var count = 0
        for piece in pieces.reversed() {
            last.append(piece)
            count += piece.utf8.count
            if count > bytes { break }
        }
        let text = last.reversed().joined()
        if text.utf8.count <= bytes { return text }
        let end = Substring(text).suffix(utf8: bytes)
        guard let newline = end.utf8.firstIndex(of: UInt8(ascii: "\n")) else { return String(end) }
        let lines = end[end.utf8.index(after: newline)...]
        return String(lines.isEmpty ? end : lines)
    }

    /// The number of bytes ever added.
    package var end: Int { headSize + omitted + tailSize }

    /// Returns what was added from the byte `start` on, in whole characters: less if it would exceed `most` bytes, or
    /// was omitted; then the newest part.
    ///
    /// - Returns: the text, and the offset at which it starts.
    package func part(from start: Int, most: Int) -> (start: Int, text: String) {
        let first = omitted > 0 && start < headSize + omitted ? headSize + omitted : max(0, start)
        let wanted = min(max(0, end - first), most)
        var last: [String] = []
        var count = 0
        for piece in (omitted > 0 ? tail : head + tail).reversed() where count < wanted {
            last.append(piece)
            count += piece.utf8.count
        }
        let text = Substring(last.reversed().joined()).suffix(utf8: wanted)
        return (end - text.utf8.count, String(text))
    }

    /// Appends text.
    ///
    /// - Parameter limit: the number of bytes to keep, not counting the marker: half of them from the start, half from
    ///   the end.
    mutating func append(_ text: String, limit: Int) {
        var rest = Substring(text)
        let half = limit / 2
        if tail.isEmpty, omitted == 0 {
            let fitting = rest.prefix(utf8: half - headSize)
            Self.append(fitting, to: &head)
            headSize += fitting.utf8.count
            rest = rest[fitting.endIndex...]
        }
        guard !rest.isEmpty else { return }
        let kept = rest.suffix(utf8: half)
        omitted += rest.utf8.count - kept.utf8.count
        Self.append(kept, to: &tail)
        tailSize += kept.utf8.count
        while tailSize > half, let oldest = tail.first {
            tail.removeFirst()
            // The last chunk may itself be long, joined from pieces: then its end is kept.
            let end = tail.isEmpty ? String(Substring(oldest).suffix(utf8: half)) : ""
            if !end.isEmpty { tail.append(end) }
            omitted += oldest.utf8.count - end.utf8.count
            tailSize -= oldest.utf8.count - end.utf8.count
        }
    }

    private var marker: String { omitted == 0 ? "" : "\n[… \(omitted) bytes left out …]\n" }

    private static func append(_ text: Substring, to chunks: inout [String]) {
        if text.isEmpty { return }
        if let last = chunks.last, last.utf8.count + text.utf8.count <= chunkSize {
            chunks[chunks.count - 1] += text
        } else {
            chunks.append(String(text))
        }
    }
}

extension TaskLog {
    func write(to writer: inout ArchiveWriter) {
        writer.write(head) { $0.write($1) }
        writer.write(tail) { $0.write($1) }
        writer.write(omitted)
    }

    init(from reader: inout ArchiveReader) throws(ArchiveError) {
        head = try reader.list { (reader) throws(ArchiveError) in try reader.text() }
        tail = try reader.list { (reader) throws(ArchiveError) in try reader.text() }
        omitted = try reader.number()
        headSize = head.reduce(0) { $0 + $1.utf8.count }
        tailSize = tail.reduce(0) { $0 + $1.utf8.count }
    }
}

extension Substring {
    /// Returns the longest prefix of whole characters (Unicode scalars) with at most this many bytes.
    fileprivate func prefix(utf8 count: Int) -> Substring {
        if utf8.count <= count { return self }
        let cut = utf8.index(startIndex, offsetBy: Swift.max(0, count))
        return self[..<unicodeScalars.index(cut, roundedDownIn: self)]
    }

    /// Returns the longest suffix of whole characters (Unicode scalars) with at most this many bytes.
    fileprivate func suffix(utf8 count: Int) -> Substring {
        if utf8.count <= count { return self }
        let cut = utf8.index(endIndex, offsetBy: -Swift.max(0, count))
        let rounded = unicodeScalars.index(cut, roundedDownIn: self)
        return self[(rounded == cut ? cut : unicodeScalars.index(after: rounded))...]
    }
}

extension Substring.UnicodeScalarView {
    /// Returns the start of the scalar that contains `index`.
    fileprivate func index(_ index: Index, roundedDownIn text: Substring) -> Index {
        var index = index
        // Bytes 0b10xx_xxxx continue a scalar (RFC 3629 §3).
        while index > text.startIndex, index < text.endIndex, text.utf8[index] & 0xC0 == 0x80 {
            index = text.utf8.index(before: index)
        }
        return index
    }
}
