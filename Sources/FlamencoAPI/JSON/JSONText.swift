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
        text.withUTF8 { appendEscaped($0, to: &output) }
        output.append(UInt8(ascii: "\""))
    }

    /// Appends valid UTF-8 to `output`, escaped for the inside of a JSON string.
    public static func appendEscaped(_ utf8: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        let text = UnsafeRawBufferPointer(utf8)
        withUnsafeTemporaryAllocation(byteCount: min(text.count, pieceLength) * longestEscape, alignment: 8) { room in
            for start in stride(from: 0, to: text.count, by: pieceLength) {
                let piece = UnsafeRawBufferPointer(rebasing: text[start..<min(start + pieceLength, text.count)])
                let count = escape(piece, into: room)
                output.append(contentsOf: UnsafeRawBufferPointer(rebasing: room[..<count]))
            }
        }
    }

    /// The number of bytes escaped at a time, so that they stay in the first-level cache.
    private static let pieceLength = 2048
    private static let longestEscape = 6

    /// - Parameter output: has room for the longest escape sequence for each byte.
    /// - Returns: the number of bytes written.
    private static func escape(_ utf8: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        var read = 0
        var written = 0
        while read < utf8.count {
            if read + 8 <= utf8.count {
                let word = utf8.loadUnaligned(fromByteOffset: read, as: UInt64.self)
                if !hasSpecial(word) {
                    output.storeBytes(of: word, toByteOffset: written, as: UInt64.self)
                    read += 8
                    written += 8
                    continue
                }
            }
            let end = min(read + 8, utf8.count)
            while read < end {
                written += write(utf8[read], into: output, at: written)
                read += 1
            }
        }
        return written
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
    /// byte equal to another is zero after an exclusive or. Of the bits above the lowest set one, some may be set by
    /// its borrow.
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
