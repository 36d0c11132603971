/// Writes JSON strings (RFC 8259 §7) without an encoder: for messages, and for log text, for which Foundation's encoder
/// is too slow.
public enum JSONText {
    /// Returns `text` as a JSON string, including quotation marks.
    public static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        appendQuoted(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends `text` as a JSON string, including quotation marks, to `output`.
    ///
    /// Escapes only what must be escaped: `"`, `\` and the characters below U+0020.
    public static func appendQuoted(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            let utf8 = UnsafeRawBufferPointer(utf8)
            withUnsafeTemporaryAllocation(byteCount: escapedSize(of: utf8), alignment: 1) { escaped in
                _ = escape(utf8, into: escaped)
                output.append(contentsOf: UnsafeRawBufferPointer(escaped))
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// The number of bytes of `text` when it is escaped.
    static func escapedSize(of text: UnsafeRawBufferPointer) -> Int {
        var size = text.count
        var read = 0
        while let next = nextSpecial(in: text, from: read) {
            size += escapedLength(of: text[next]) - 1
            read = next + 1
        }
        return size
    }

    /// Escapes valid UTF-8 for the inside of a JSON string, as much of it as `output` has room for.
    ///
    /// - Returns: the number of bytes of `text` that were escaped, and of `output` that were written.
    static func escape(
        _ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> (read: Int, written: Int) {
        var read = 0
        var written = 0
        while read + 8 <= text.count, written + 8 <= output.count {
            let word = text.loadUnaligned(fromByteOffset: read, as: UInt64.self)
            // What is too much of it is overwritten by the next bytes.
            output.storeBytes(of: word, toByteOffset: written, as: UInt64.self)
            let specials = specials(in: word)
            // A branch, so that the next bytes do not wait for the place of a special one in these.
            if specials == 0 {
                read += 8
                written += 8
                continue
            }
            let plain = specials.trailingZeroBitCount >> 3
            read += plain
            written += plain
            guard written + longestEscape <= output.count else { break }
            written += write(text[read], into: output, at: written)
            read += 1
        }
        while read < text.count, written + escapedLength(of: text[read]) <= output.count {
            written += write(text[read], into: output, at: written)
            read += 1
        }
        return (read, written)
    }

    private static let longestEscape = 6

    private static func nextSpecial(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var read = start
        while read + 8 <= text.count {
            let specials = specials(in: text.loadUnaligned(fromByteOffset: read, as: UInt64.self))
            if specials != 0 { return read + specials.trailingZeroBitCount >> 3 }
            read += 8
        }
        return text[read...].firstIndex(where: isSpecial)
    }

    private static func escapedLength(of byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): 2
        default: isSpecial(byte) ? 6 : 1
        }
    }

    /// Whether a byte must be escaped in a JSON string.
    @inline(__always)
    static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// Whether any of eight bytes is special.
    @inline(__always)
    static func hasSpecial(_ word: UInt64) -> Bool { specials(in: word) != 0 }

    /// The highest bit of each of eight bytes that is special: a byte below another borrows from its highest bit, and a
    /// byte equal to another is zero after an exclusive or. The lowest set bit is that of the first special byte; of the
    /// bits above it, some may be set by its borrow.
    @inline(__always)
    static func specials(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotation = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let found =
            ((word &- ones &* 0x20) & ~word) | ((quotation &- ones) & ~quotation) | ((backslash &- ones) & ~backslash)
        return found & (ones &* 0x80)
    }

    @inline(__always)
    private static func write(_ byte: UInt8, into output: UnsafeMutableRawBufferPointer, at position: Int) -> Int {
        guard isSpecial(byte) else {
            output[position] = byte
            return 1
        }
        output[position] = UInt8(ascii: "\\")
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output[position + 1] = byte
        case UInt8(ascii: "\n"): output[position + 1] = UInt8(ascii: "n")
        case UInt8(ascii: "\r"): output[position + 1] = UInt8(ascii: "r")
        case UInt8(ascii: "\t"): output[position + 1] = UInt8(ascii: "t")
        default:
            output[position + 1] = UInt8(ascii: "u")
            output[position + 2] = UInt8(ascii: "0")
            output[position + 3] = UInt8(ascii: "0")
            output[position + 4] = UInt8(ascii: "0") + byte >> 4
            let low = byte & 15
            output[position + 5] = low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10
            return 6
        }
        return 2
    }
}
