/// Makes text from jobs, managers, programs and file names safe to display: it cannot end a line, move the cursor, or
/// change the direction of writing.
///
/// Control characters become their symbols (`␍`, `␛`), those without a symbol `\u{9b}`. This works on Unicode scalars:
/// in Swift, CR and LF together are one `Character`, which is not equal to either of them.
package enum VisibleText {
    /// Returns the text in one line.
    ///
    /// - Parameter mostBytes: the maximum length in UTF-8; longer text is cut and ends with `…`.
    package static func line(_ text: String, mostBytes: Int = .max) -> String {
        let visible = replacing(text, where: isInvisible, with: symbol)
        guard visible.utf8.count > mostBytes else { return visible }
        var end = visible.utf8.index(visible.utf8.startIndex, offsetBy: max(mostBytes - cut.utf8.count, 0))
        while end > visible.startIndex, UTF8.isContinuation(visible.utf8[end]) { end = visible.utf8.index(before: end) }
        return visible[..<end] + cut
    }

    /// Returns the text with its line breaks and tabs.
    package static func lines(_ text: String) -> String {
        replacing(text, where: { isInvisible($0) && $0 != "\n" && $0 != "\t" }, with: symbol)
    }

    /// Returns an equivalent JSON text, with escape sequences for characters that JSON allows unescaped in strings.
    package static func json(_ text: String) -> String {
        replacing(text, where: { isInvisible($0) && $0.value > 0x1F }) { scalar in
            let digits = String(scalar.value, radix: 16)
            return #"\u"# + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }

    private static let cut = "…"

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // C0, DEL and C1.
        case 0...0x1F, 0x7F...0x9F: true
        // Line and paragraph separator.
        case 0x2028, 0x2029: true
        // Marks, embeddings, overrides and isolates of bidirectional text (UAX #9, §2).
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func symbol(of scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0...0x1F: Unicode.Scalar(0x2400 + scalar.value).map { String($0) } ?? "�"
        case 0x7F: "␡"
        default: "\\u{\(String(scalar.value, radix: 16))}"
        }
    }

    private static func replacing(
        _ text: String, where isReplaced: (Unicode.Scalar) -> Bool, with replacement: (Unicode.Scalar) -> String
    ) -> String {
        guard text.unicodeScalars.contains(where: isReplaced) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isReplaced(scalar) {
                result.append(contentsOf: replacement(scalar).unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}

/// Makes the output of a program safe to display on a terminal, piece by piece: like ``VisibleText/lines(_:)``, and
/// each state of a redrawn line (`\r`) becomes a separate line.
package struct VisibleOutput: Sendable {
    /// The beginning of an incomplete character.
    private var begun: [UInt8] = []
    private var isAfterReturn = false

    /// Creates the start of an output.
    package init() {}

    /// Returns the text that can be displayed after these bytes, without an incomplete character at the end.
    package mutating func text(of bytes: some Sequence<UInt8>) -> String {
        var all: [UInt8] = []
        for byte in begun + bytes {
            defer { isAfterReturn = byte == UInt8(ascii: "\r") }
            if byte == UInt8(ascii: "\n"), isAfterReturn { continue }
            all.append(byte == UInt8(ascii: "\r") ? UInt8(ascii: "\n") : byte)
        }
        begun = Array(all.suffix(Self.unfinished(all)))
        return VisibleText.lines(String(decoding: all.dropLast(begun.count), as: UTF8.self))
    }

    /// Returns how many bytes at the end belong to an incomplete character.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        let tail = bytes.suffix(3)
        guard let start = tail.lastIndex(where: { !UTF8.isContinuation($0) }) else { return 0 }
        let length =
            switch bytes[start] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        let present = bytes.count - start
        return present < length ? present : 0
    }
}
