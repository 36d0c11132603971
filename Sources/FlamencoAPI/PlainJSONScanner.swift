/// Reads the tokens of JSON (RFC 8259) that need no thinking. Whatever does gives nothing, and the caller has to go to a
/// real decoder with it: what is not JSON, and characters that are written as surrogates.
struct PlainJSONScanner {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// - Parameter bytes: have to stay where they are for as long as the scanner is used.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Whether nothing but white space is left.
    var isAtEnd: Bool {
        mutating get {
            skipWhiteSpace()
            return position == bytes.count
        }
    }

    /// Goes past a character and the white space before it, if it comes next.
    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        skipWhiteSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Reads a whole number of up to nine digits.
    mutating func integer() -> Int? {
        skipWhiteSpace()
        let start = position
        var value = 0
        while position < bytes.count, case let digit = Int(bytes[position]) - 48, 0...9 ~= digit {
            guard position - start < 9 else { return nil }
            value = value * 10 + digit
            position += 1
        }
        let hasLeadingZero = position > start + 1 && bytes[start] == UInt8(ascii: "0")
        return position > start && !hasLeadingZero ? value : nil
    }

    /// Reads a string.
    mutating func string() -> String? {
        guard skip("\""), let count = countToQuotation else { return nil }
        let inside = UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
        position += count + 1
        var isComplete = false
        // An escape is never shorter than the character that it stands for.
        let text = [UInt8](unsafeUninitializedCapacity: count) { output, written in
            isComplete = Self.unescape(inside, into: UnsafeMutableRawBufferPointer(output), &written)
        }
        return isComplete ? String(validating: text, as: UTF8.self) : nil
    }

    private mutating func skipWhiteSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): position += 1
            default: return
            }
        }
    }

    /// How many bytes there are before the quotation mark that ends a string.
    private var countToQuotation: Int? {
        var end = position
        while let found = index(of: UInt8(ascii: "\""), from: end) {
            // A quotation mark that belongs to the text stands behind an odd number of backslashes.
            var start = found
            while start > position, bytes[start - 1] == UInt8(ascii: "\\") { start -= 1 }
            if (found - start).isMultiple(of: 2) { return found - position }
            end = found + 1
        }
        return nil
    }

    private func index(of wanted: UInt8, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == wanted { return index }
            index += 1
        }
        return nil
    }

    /// - Returns: whether it is free of errors and of surrogates.
    private static func unescape(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, _ written: inout Int
    ) -> Bool {
        var read = 0
        while read < input.count {
            if read + 8 <= input.count, written + 8 <= output.count {
                let word = input.loadUnaligned(fromByteOffset: read, as: UInt64.self)
                if !JSONText.hasSpecial(word) {
                    output.storeBytes(of: word, toByteOffset: written, as: UInt64.self)
                    read += 8
                    written += 8
                    continue
                }
            }
            let end = min(read + 8, input.count)
            while read < end {
                let byte = input[read]
                if !JSONText.isSpecial(byte) {
                    output[written] = byte
                    written += 1
                    read += 1
                } else if byte == UInt8(ascii: "\\"), read + 1 < input.count, let plain = shortEscape(input[read + 1]) {
                    output[written] = plain
                    written += 1
                    read += 2
                } else if byte == UInt8(ascii: "\\"), let scalar = longEscape(input, at: read + 1),
                    let encoded = UTF8.encode(scalar)
                {
                    for byte in encoded {
                        output[written] = byte
                        written += 1
                    }
                    read += 6
                } else {
                    return false
                }
            }
        }
        return true
    }

    private static func shortEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "n"): UInt8(ascii: "\n")
        case UInt8(ascii: "r"): UInt8(ascii: "\r")
        case UInt8(ascii: "t"): UInt8(ascii: "\t")
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        default: nil
        }
    }

    /// The character that `u001b` stands for.
    private static func longEscape(_ input: UnsafeRawBufferPointer, at start: Int) -> Unicode.Scalar? {
        guard start + 5 <= input.count, input[start] == UInt8(ascii: "u") else { return nil }
        var code: UInt32 = 0
        for byte in input[(start + 1)...(start + 4)] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): code = code << 4 | UInt32(byte & 15)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                code = code << 4 | UInt32(byte & 15 + 9)
            default: return nil
            }
        }
        return Unicode.Scalar(code)
    }
}
