import System

/// A line that a program printed, without its end (`\n` or `\r`).
///
/// It looks into the buffer of the reader, so that looking at the start of millions of lines costs nothing: it is valid
/// only during the call that hands it over. Keep ``text``, not the line.
public struct OutputLine {
    /// The bytes of the line.
    public let bytes: UnsafeBufferPointer<UInt8>

    /// Whether a rule of the operator has decided what the line means; checks leave it alone then.
    public internal(set) var isDecided = false

    /// How many bytes can be read from the beginning of the line: it, and what follows it in the same buffer.
    let reach: Int

    /// A line over these bytes.
    public init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        reach = bytes.count
    }

    /// A line in a buffer of which `reach` bytes follow its beginning.
    init(bytes: UnsafeBufferPointer<UInt8>, reach: Int) {
        self.bytes = bytes
        self.reach = reach
    }

    /// The line as text; what is not UTF-8 becomes U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether the line begins with this text, bytes compared.
    public func starts(with prefix: StaticString) -> Bool {
        prefix.withUTF8Buffer { bytes.starts(with: $0) }
    }
}

/// Cuts a stream of bytes into lines: a value that is fed with pieces of any size.
///
/// Lines end with `\n`, `\r\n` or `\r`, so that a progress line that a program redraws is a line each time. A line of more
/// than ``limit`` bytes comes in pieces, none of them longer, cut between characters. Lines within one piece of input are
/// handed over as they lie there: nothing is copied or allocated for them.
struct LineScanner {
    /// The length of the longest line, in bytes.
    static let limit = 64 << 10

    /// The beginning of a line whose end has not come yet.
    private var beginning: [UInt8] = []
    /// Whether the last byte was `\r`, so that a `\n` now belongs to it.
    private var endedWithReturn = false

    init() { beginning.reserveCapacity(Self.limit) }

    /// Takes the next piece of the stream and hands over every line that ends in it.
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

    /// Hands over what is left: the stream has ended.
    mutating func finish(_ body: (OutputLine) -> Void) {
        guard !beginning.isEmpty else { return }
        handOverBeginning(body)
    }

    /// `bytes` end a line; so many bytes can be read from their beginning.
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

    /// `bytes` belong to a line that goes on.
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

    /// Where to cut a line that is too long: at most ``limit`` bytes in, and not within a character of UTF-8.
    private static func cut(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count > limit else { return cutBeforeIncompleteCharacter(bytes) }
        return (limit - 3...limit).last { bytes[$0] & 0xC0 != 0x80 } ?? limit
    }

    /// Where to cut when the byte behind the limit is not known yet: before a character that may go on.
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
