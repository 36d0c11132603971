/// Writing JSON strings (RFC 8259 §7) without going through an encoder: for messages, and for log text, where the encoder
/// of Foundation is too slow.
public enum JSONText {
    /// `text` as a JSON string, quotation marks included.
    public static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 2)
        appendQuoted(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends `text` as a JSON string, quotation marks included, to `output`.
    ///
    /// Escapes what has to be escaped and nothing else: `"`, `\` and the characters below U+0020.
    public static func appendQuoted(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { appendEscaped($0, to: &output) }
        output.append(UInt8(ascii: "\""))
    }

    /// Appends valid UTF-8 to `output`, escaped for the inside of a JSON string.
    public static func appendEscaped(_ utf8: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + utf8.count)
        var plainStart = 0
        for index in utf8.indices where escapes[Int(utf8[index])] {
            output.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[plainStart..<index]))
            appendEscape(utf8[index], to: &output)
            plainStart = index + 1
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[plainStart...]))
    }

    private static let escapes: [Bool] = (0..<256).map { byte in
        byte < 0x20 || byte == Int(UInt8(ascii: "\"")) || byte == Int(UInt8(ascii: "\\"))
    }

    private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
        case UInt8(ascii: "\n"): output.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): output.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): output.append(UInt8(ascii: "t"))
        default:
            let digits = Array("0123456789abcdef".utf8)
            output.append(contentsOf: "u00".utf8)
            output.append(digits[Int(byte >> 4)])
            output.append(digits[Int(byte & 15)])
        }
    }
}
