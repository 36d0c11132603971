import System

/// Reads the bytes of a line from left to right.
struct ByteScanner {
    private var rest: Slice<UnsafeBufferPointer<UInt8>>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { rest = bytes[...] }

    var first: UInt8? { rest.first }
    /// How many bytes are left.
    var count: Int { rest.count }

    /// What is left, as text.
    var text: String { String(decoding: rest, as: UTF8.self) }

    /// What is left, as text, up to the last such byte.
    func text(upToLast end: UInt8) -> String? {
        rest.lastIndex(of: end).map { String(decoding: rest[..<$0], as: UTF8.self) }
    }

    /// Goes past these words if they come next.
    mutating func skip(_ words: StaticString) -> Bool {
        words.withUTF8Buffer { words in
            guard rest.starts(with: words) else { return false }
            rest = rest.dropFirst(words.count)
            return true
        }
    }

    /// Whether these words are anywhere in what is left.
    func contains(_ words: StaticString) -> Bool {
        let bytes = UnsafeBufferPointer(rebasing: rest)
        let count = words.utf8CodeUnitCount
        guard var start = bytes.baseAddress, bytes.count >= count else { return false }
        let end = start + (bytes.count - count + 1)
        while let found = memchr(start, Int32(words.utf8Start.pointee), end - start) {
            let candidate = UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
            if memcmp(candidate, words.utf8Start, count) == 0 { return true }
            start = candidate + 1
        }
        return false
    }

    mutating func skipSpaces() { rest = rest.drop { $0 == UInt8(ascii: " ") } }

    /// Goes past the last such byte; stays where there is none.
    mutating func skip(pastLast byte: UInt8) {
        if let index = rest.lastIndex(of: byte) { rest = rest[(index + 1)...] }
    }

    /// Goes past a whole number, and gives it, if one comes next.
    mutating func integer() -> Int? {
        var scan = self
        let isNegative = scan.skip("-")
        let digits = scan.rest.prefix(while: Self.isDigit)
        // More than eighteen digits could be more than an Int holds; no frame has such a number.
        guard (1...18).contains(digits.count) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        scan.rest = scan.rest.dropFirst(digits.count)
        self = scan
        return isNegative ? -value : value
    }

    /// Whether a time like `00:01.06` or `1:02:03.45` comes next, with nothing or a space behind it.
    func isDuration() -> Bool {
        let time = rest.prefix { $0 != UInt8(ascii: " ") }
        return time.first.map(Self.isDigit) == true && time.contains(UInt8(ascii: ":"))
            && time.allSatisfy { Self.isDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
    }

    /// Goes past what Blender 5 puts before the words of a line: `00:00.327  render           | `.
    mutating func skipLogPrefix() -> Bool {
        guard isDuration(), let bar = rest.firstIndex(of: UInt8(ascii: "|")) else { return false }
        rest = rest[(bar + 1)...]
        return true
    }

    /// Goes to what stands behind the first prefix of a log that is within the line; false where there is none.
    ///
    /// A prefix is looked for from its bar backwards, and no farther than one is long: lines may be all digits and bars.
    mutating func skipToLogPrefix() -> Bool {
        var scan = self
        while let bar = scan.rest.firstIndex(of: UInt8(ascii: "|")) {
            scan.rest = scan.rest[(bar + 1)...]
            if Self.endsWithTimeAndWord(rest[..<bar].suffix(Self.longestPrefix)) {
                scan.skipSpaces()
                self = scan
                return true
            }
        }
        return false
    }

    private static let longestPrefix = 80

    /// Whether `00:00.327  render           ` is at the end.
    private static func endsWithTimeAndWord(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let words = bytes.split(separator: UInt8(ascii: " ")).suffix(2)
        guard words.count == 2, bytes.last == UInt8(ascii: " "), let time = words.first, let name = words.last else {
            return false
        }
        // Something else that is printed may end where the time begins.
        let digits = time.reversed().prefix { isDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
        return digits.contains(UInt8(ascii: ":")) && digits.last.map(isDigit) == true
            && name.first.map { !isDigit($0) } == true
    }

    /// The time that stands behind these words, with or without spaces between; nil when it is none.
    func duration(behind words: StaticString) -> String? {
        var scan = self
        let first = words.utf8Start.pointee
        while let index = scan.rest.firstIndex(of: first) {
            scan.rest = scan.rest[index...]
            if scan.skip(words) { break }
            scan.rest = scan.rest.dropFirst()
        }
        scan.skipSpaces()
        let time = scan.rest.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "|") }
        guard scan.isDuration() else { return nil }
        return String(decoding: time, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
