/// Fast looks into raw log bytes, for ``LogText``.
extension UnsafeRawBufferPointer {
    /// How many bytes at the beginning are ASCII, and neither NUL nor `\r`.
    var plainPrefix: Int {
        // Eight bytes at a time: `word - ones` borrows into the top bit of a byte that is zero. A false alarm is
        // possible only above a true one, and the bytes are looked at one by one then.
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let returns: UInt64 = 0x0D0D_0D0D_0D0D_0D0D
        var position = 0
        while position + 8 <= count {
            let word = loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let other = word ^ returns
            if (((word &- ones) & ~word) | ((other &- ones) & ~other) | word) & tops != 0 { break }
            position += 8
        }
        while position < count {
            let byte = self[position]
            if byte == 0 || byte == UInt8(ascii: "\r") || byte >= 0x80 { break }
            position += 1
        }
        return position
    }

    /// A character of more than one byte, as far as it is one.
    enum Character: Equatable {
        /// All of its bytes are there.
        case whole(Int)
        /// The buffer ends in the middle of it.
        case unfinished(Int)
        /// So many bytes that are the beginning of a character, and then something else (Unicode 16, §3.9, table 3-7).
        case broken(Int)

        /// How many bytes it has.
        var length: Int {
            switch self {
            case .whole(let length), .unfinished(let length), .broken(let length): length
            }
        }

        /// How many bytes it has as text: what is not a character becomes U+FFFD.
        var textLength: Int {
            if case .whole(let length) = self { length } else { "\u{FFFD}".utf8.count }
        }
    }

    /// The character of more than one byte, or the broken one, at a position; nil at the end and for other ASCII.
    func character(at position: Int) -> Character? {
        guard position < count else { return nil }
        let first = self[position]
        let length: Int
        var allowed: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0: return .broken(1)
        case 1..<0x80: return nil
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if first == 0xE0 { allowed = 0xA0...0xBF }
            if first == 0xED { allowed = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if first == 0xF0 { allowed = 0x90...0xBF }
            if first == 0xF4 { allowed = 0x80...0x8F }
        default: return .broken(1)
        }
        for index in 1..<length {
            guard position + index < count else { return .unfinished(index) }
            guard allowed.contains(self[position + index]) else { return .broken(index) }
            allowed = 0x80...0xBF
        }
        return .whole(length)
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Where the last line feed is.
    var lastLineFeed: Int? {
        var index = endIndex
        while index > startIndex {
            index -= 1
            if base[index] == UInt8(ascii: "\n") { return index }
        }
        return nil
    }
}
