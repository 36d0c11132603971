import System

/// Scans the bytes of a line from left to right.
///
/// It only consists of two pointers, because it is used for every line of Blender's output.
struct ByteScanner {
    private typealias Position = UnsafePointer<UInt8>

    private var start: Position
    private var end: Position

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        // An empty line may have no address.
        start = bytes.baseAddress ?? ("" as StaticString).utf8Start
        end = start + bytes.count
    }

    var first: UInt8? { start < end ? start.pointee : nil }
    /// The number of remaining bytes.
    var count: Int { end - start }

    /// The rest, as text.
    var text: String { text(from: start, upTo: end) }

    /// Returns the rest up to the last such byte, as text.
    func text(upToLast byte: UInt8) -> String? { last(byte).map { text(from: start, upTo: $0) } }

    /// Skips these words if they come next.
    mutating func skip(_ words: StaticString) -> Bool {
        let length = words.utf8CodeUnitCount
        guard count >= length, memcmp(start, words.utf8Start, length) == 0 else { return false }
        start += length
        return true
    }

    /// Whether the rest contains these words.
    func contains(_ words: StaticString) -> Bool { position(of: words) != nil }

    mutating func skipSpaces() {
        while start < end, start.pointee == UInt8(ascii: " ") { start += 1 }
    }

    /// Skips to after the last such byte; does nothing if there is none.
    mutating func skip(pastLast byte: UInt8) {
        if let position = last(byte) { start = position + 1 }
    }

    /// Parses a whole number, if one comes next.
    mutating func integer() -> Int? {
        var scan = self
        let isNegative = scan.skip("-")
        let digits = scan.start
        var value = 0
        // More than eighteen digits might not fit into an Int; no frame has such a number.
        while let byte = scan.first, Self.isDigit(byte) {
            guard scan.start - digits < 18 else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            scan.start += 1
        }
        guard scan.start > digits else { return nil }
        self = scan
        return isNegative ? -value : value
    }

    /// Skips spaces and parses a whole number, if they come next.
    mutating func numberBehindSpaces() -> Int? {
        skipSpaces()
        return integer()
    }

    /// Whether a time like `00:01.06` or `1:02:03.45` comes next, followed by a space or nothing.
    func isDuration() -> Bool { duration(endingWith: { $0 == UInt8(ascii: " ") }) != nil }

    /// Skips the prefix of Blender 5's log lines: `00:00.327  render           | `.
    mutating func skipLogPrefix() -> Bool {
        guard isDuration(), let bar = first(UInt8(ascii: "|")) else { return false }
        start = bar + 1
        return true
    }

    /// Skips to after the first log prefix within the line; returns false if there is none.
    ///
    /// A prefix is searched backwards from its bar, for at most its maximum length: lines may consist of digits and
    /// bars.
    mutating func skipToLogPrefix() -> Bool {
        var scan = self
        while let bar = scan.first(UInt8(ascii: "|")) {
            scan.start = bar + 1
            let before = UnsafeBufferPointer(
                start: max(start, bar - Self.longestPrefix), count: min(bar - start, Self.longestPrefix))
            if Self.endsWithTimeAndWord(before) {
                scan.skipSpaces()
                self = scan
                return true
            }
        }
        return false
    }

    private static let longestPrefix = 80

    /// Whether the text ends with `00:00.327  render           `.
    private static func endsWithTimeAndWord(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.last == UInt8(ascii: " ") else { return false }
        let words = bytes.split(separator: UInt8(ascii: " ")).suffix(2)
        guard words.count == 2, let time = words.first, let name = words.last else { return false }
        // Other output may end where the time starts.
        let digits = time.reversed().prefix { isDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
        return digits.contains(UInt8(ascii: ":")) && digits.last.map(isDigit) == true
            && name.first.map { !isDigit($0) } == true
    }

    /// Returns the time after these words, with or without spaces between; nil if there is none.
    func duration(behind words: StaticString) -> String? {
        guard let position = position(of: words) else { return nil }
        var scan = self
        scan.start = position + words.utf8CodeUnitCount
        scan.skipSpaces()
        return scan.duration(endingWith: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "|") }).map {
            text(from: scan.start, upTo: $0)
        }
    }

    // MARK: Bytes

    /// Returns the end of a time that comes next; nil if something else comes next or follows directly.
    private func duration(endingWith isEnd: (UInt8) -> Bool) -> Position? {
        guard let first, Self.isDigit(first) else { return nil }
        var hasColon = false
        var position = start
        while position < end, !isEnd(position.pointee) {
            switch position.pointee {
            case UInt8(ascii: ":"): hasColon = true
            case UInt8(ascii: "."): break
            case let byte where Self.isDigit(byte): break
            default: return nil
            }
            position += 1
        }
        return hasColon ? position : nil
    }

    private func first(_ byte: UInt8) -> Position? {
        memchr(start, Int32(byte), count).map { Position($0.assumingMemoryBound(to: UInt8.self)) }
    }

    private func last(_ byte: UInt8) -> Position? {
        var position = end
        while position > start {
            position -= 1
            if position.pointee == byte { return position }
        }
        return nil
    }

    private func position(of words: StaticString) -> Position? {
        UnsafeBufferPointer(start: start, count: count).position(
            of: UnsafeBufferPointer(start: words.utf8Start, count: words.utf8CodeUnitCount))
    }

    private func text(from start: Position, upTo end: Position) -> String {
        String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
