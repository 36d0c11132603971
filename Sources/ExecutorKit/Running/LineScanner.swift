import System

/// A line of a program's output, without its end (`
/// ` or `\r`).
///
/// It refers to the buffer of the reader, so that checking the start of millions of lines costs nothing: it is valid
/// only during the call that receives it. Keep ``text``, not the line.
public struct OutputLine {
    /// The bytes of the line.
    public let bytes: UnsafeBufferPointer<UInt8>

    /// Whether a rule of the operator has decided about the line; checks then ignore it.
    public internal(set) var isDecided = false

    /// The number of readable bytes from the beginning of the line: the line, and what follows it in the same buffer.
    let reach: Int

    /// Creates a line from these bytes.
    public init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        reach = bytes.count
    }

    /// Creates a line in a buffer with `reach` bytes from its beginning.
    init(bytes: UnsafeBufferPointer<UInt8>, reach: Int) {
        self.bytes = bytes
        self.reach = reach
    }

    /// The line as text; invalid UTF-8 becomes U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Returns whether the line starts with this text, compared as bytes.
    public func starts(with prefix: StaticString) -> Bool {
        prefix.withUTF8Buffer { bytes.starts(with: $0) }
    }
}

/// Splits a stream of bytes, added in pieces of any size, into lines.
///
/// Lines end with `
/// `, `\r
/// ` or `\r`, so that each state of a redrawn progress line is a line. A line of more than ``limit`` bytes is passed in
/// pieces of at most this size, split between characters. Lines within one piece of input are passed in place: nothing
/// is copied or allocated for them.
struct LineScanner {
    /// Maximum length of a line, in bytes.
    static let limit = 64 << 10

    /// The beginning of an incomplete line.
    private var beginning: [UInt8] = []
    /// Whether the last byte was `\r`, so that a `
    /// ` that follows belongs to it.
    private var endedWithReturn = false

    init() { beginning.reserveCapacity(Self.limit) }

    /// Adds the next piece of the stream, and passes on every line that ends in it.
    mutating func scan(_ piece: UnsafeRawBufferPointer, _ body: (OutputLine) -> Void) {
        guard let base = piece.baseAddress, !piece.isEmpty else { return }
        let count = piece.count
        func next(_ byte: UInt8, from position: Int) -> Int {
            memchr(base + position, Int32(byte), count - position).map { UnsafeRawPointer($0) - base } ?? count
        }
        var start = 0
        if endedWithReturn, piece[0] == UInt8(ascii: "\n") { start = 1 }
        endedWithReturn = false
        var newline = next(UInt8(ascii: "\n"), from: start)
        var carriageReturn = next(UInt8(ascii: "\r"), from: start)
        while true {
            let end = min(newline, carriageReturn)
            guard end < count else { break }
            finishLine(UnsafeRawBufferPointer(rebasing: piece[start..<end]), reach: count - start, body)
            start = end + 1
            if end == carriageReturn {
                if start == count {
                    endedWithReturn = true
                } else if start == newline {
                    start += 1
                }
                carriageReturn = next(UInt8(ascii: "\r"), from: start)
            }
            if newline < start { newline = next(UInt8(ascii: "\n"), from: start) }
        }
        keep(UnsafeRawBufferPointer(rebasing: piece[start...]), body)
    }

    /// Passes on the rest at the end of the stream.
    mutating func finish(_ body: (OutputLine) -> Void) {
        guard !beginning.isEmpty else { return }
        handOverBeginning(body)
    }

    /// Completes a line with `bytes`, of which `reach` can be read.
    private mutating func finishLine(_ bytes: UnsafeRawBufferPointer, reach: Int, _ body: (OutputLine) -> Void) {
        if beginning.isEmpty {
            var rest = bytes
            while rest.count > Self.limit {
                let length = Self.cut(rest)
                Self.handOver(UnsafeRawBufferPointer(rebasing: rest[..<length]), body)
                rest = UnsafeRawBufferPointer(rebasing: rest[length...])
            }
            Self.handOver(rest, reach: reach - (bytes.count - rest.count), body)
        } else {
            keep(bytes, body)
            handOverBeginning(body)
        }
    }

    /// Adds `bytes` to an incomplete line.
    private mutating func keep(_ bytes: UnsafeRawBufferPointer, _ body: (OutputLine) -> Void) {
        var rest = bytes
        while beginning.count + rest.count > Self.limit {
            let room = Self.limit - beginning.count
            beginning.append(contentsOf: rest[..<room])
            rest = UnsafeRawBufferPointer(rebasing: rest[room...])
            let length = beginning.withUnsafeBytes { full in
                let length = Self.cut(full)
                Self.handOver(UnsafeRawBufferPointer(rebasing: full[..<length]), body)
                return length
            }
            beginning.removeFirst(length)
        }
        beginning.append(contentsOf: rest)
    }

    private mutating func handOverBeginning(_ body: (OutputLine) -> Void) {
        beginning.withUnsafeBytes { Self.handOver($0, body) }
        beginning.removeAll(keepingCapacity: true)
    }

    /// Returns where to split a line that is too long: after at most ``limit`` bytes, and not within a UTF-8 character.
    private static func cut(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count > limit else { return cutBeforeIncompleteCharacter(bytes) }
        return (limit - 3...limit).last { bytes[$0] & 0xC0 != 0x80 } ?? limit
    }

    /// Returns where to split when the byte after the limit is not known yet: before a character that may continue.
    private static func cutBeforeIncompleteCharacter(_ bytes: UnsafeRawBufferPointer) -> Int {
        for position in (bytes.count - 3..<bytes.count).reversed() where bytes[position] & 0xC0 != 0x80 {
            let length = max(1, (~bytes[position]).leadingZeroBitCount)
            return position + length > bytes.count ? position : bytes.count
        }
        return bytes.count
    }

    private static func handOver(
        _ bytes: UnsafeRawBufferPointer, reach: Int? = nil, _ body: (OutputLine) -> Void
    ) {
        body(OutputLine(bytes: bytes.assumingMemoryBound(to: UInt8.self), reach: reach ?? bytes.count))
    }
}
