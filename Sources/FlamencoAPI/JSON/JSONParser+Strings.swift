extension JSONParser {
    /// Parses the string at the current position, which is its quotation mark.
    mutating func string() throws(JSONError) -> String {
        let start = position + 1
        var highBits: UInt64 = 0
        let end = indexOfSpecial(from: start, &highBits)
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return try stringWithEscapes(from: start) }
        guard let text = Self.text(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), highBits) else {
            throw notUTF8()
        }
        position = end + 1
        return text
    }

    private mutating func stringWithEscapes(from start: Int) throws(JSONError) -> String {
        let quotation = position
        unescaped.removeAll(keepingCapacity: true)
        position = start
        var highBits: UInt64 = 0
        while true {
            let end = indexOfSpecial(from: position, &highBits)
            unescaped.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
            position = end
            guard end < bytes.count else { throw problem("unterminated string") }
            switch bytes[end] {
            case UInt8(ascii: "\""):
                guard let text = unescaped.withUnsafeBytes({ Self.text($0, highBits) }) else {
                    position = quotation
                    throw notUTF8()
                }
                position += 1
                return text
            case UInt8(ascii: "\\"): try unescape(&highBits)
            default: throw unexpected("a character that is allowed in a string")
            }
        }
    }

    /// - Parameter highBits: none is set if everything is ASCII.
    @inline(__always)
    private static func text(_ bytes: UnsafeRawBufferPointer, _ highBits: UInt64) -> String? {
        let utf8 = bytes.bindMemory(to: UInt8.self)
        // Much faster for ASCII.
        if highBits & 0x8080_8080_8080_8080 == 0 { return String(decoding: utf8, as: UTF8.self) }
        return String(validating: utf8, as: UTF8.self)
    }

    private func notUTF8() -> JSONError { problem("a string is not valid UTF-8") }

    /// Returns the next byte that must be escaped in a string, or the end.
    ///
    /// - Parameter highBits: receives the bits set in the bytes before.
    @inline(__always)
    private func indexOfSpecial(from start: Int, _ highBits: inout UInt64) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            // The lowest set bit is right; those above it may be set by its borrow.
            let found = JSONText.specials(in: word)
            if found != 0 {
                let bit = found.trailingZeroBitCount
                highBits |= word & ((1 << UInt64(bit)) - 1)
                return index + bit / 8
            }
            highBits |= word
            index += 8
        }
        while index < bytes.count, !JSONText.isSpecial(bytes[index]) {
            highBits |= UInt64(bytes[index])
            index += 1
        }
        return index
    }

    /// Parses the escape sequence at the current position.
    ///
    /// - Parameter highBits: receives the bits set in the character.
    private mutating func unescape(_ highBits: inout UInt64) throws(JSONError) {
        switch position + 1 < bytes.count ? bytes[position + 1] : 0 {
        case let byte where byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "/"):
            unescaped.append(byte)
        case UInt8(ascii: "n"): unescaped.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "r"): unescaped.append(UInt8(ascii: "\r"))
        case UInt8(ascii: "t"): unescaped.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "u"): return try unescapeUnicode(&highBits)
        default: throw problem("an invalid escape sequence")
        }
        position += 2
    }

    /// Parses `\u001b`, or `\ud83c\udfac`: a character that is written as a surrogate pair (RFC 8259 §7).
    private mutating func unescapeUnicode(_ highBits: inout UInt64) throws(JSONError) {
        guard var code = codeUnit(at: position) else { throw problem("\"\\u\" without four hexadecimal digits") }
        var length = 6
        if code & 0xFC00 == 0xD800, let low = codeUnit(at: position + 6), low & 0xFC00 == 0xDC00 {
            code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
            length = 12
        }
        guard let scalar = Unicode.Scalar(code) else { throw problem("half of a surrogate pair") }
        if !scalar.isASCII { highBits = .max }
        unescaped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        position += length
    }

    /// Returns the value of `\u` and four digits at `start`.
    private func codeUnit(at start: Int) -> UInt32? {
        guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u")
        else { return nil }
        var code: UInt32 = 0
        for byte in bytes[(start + 2)..<(start + 6)] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): code = code << 4 | UInt32(byte & 15)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                code = code << 4 | UInt32(byte & 15 + 9)
            default: return nil
            }
        }
        return code
    }
}
