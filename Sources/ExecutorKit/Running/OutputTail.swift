/// The end of a program's output, added in pieces of any size; keeps the last few KiB.
struct OutputTail: Sendable {
    /// The number of bytes to keep.
    private static let size = 8 << 10
    private static let mostLines = 10
    private static let mostBehindException = 3
    /// Maximum number of characters of a line; the log has the complete line.
    private static let longestLine = 400

    private var bytes: [UInt8] = []

    /// Adds the next piece of the stream.
    mutating func append(_ piece: UnsafeRawBufferPointer) {
        let new = piece.suffix(Self.size)
        bytes.removeFirst(min(bytes.count, max(0, bytes.count + new.count - Self.size)))
        bytes.append(contentsOf: new)
    }

    /// The message of a Python exception, if the output ends with its traceback and at most a few other lines.
    var exception: String? {
        var isInTrace = false
        var exception: String?
        var linesBehind = 0
        for line in bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            let text = String(decoding: line, as: UTF8.self)
            if text.hasSuffix("Traceback (most recent call last):") || text.contains("  File \"") {
                isInTrace = true
            } else if isInTrace, text.first?.isWhitespace == false {
                isInTrace = false
                // `ValueError: no camera`, `studio.errors.NoCamera`: a name, and optionally a message.
                guard text.wholeMatch(of: #/[A-Za-z_][\w.]*(: .*)?/#) != nil else { continue }
                (exception, linesBehind) = (Self.shortened(text), 0)
            } else if text.contains(where: { !$0.isWhitespace }) {
                linesBehind += 1
            }
        }
        return linesBehind > Self.mostBehindException ? nil : exception
    }

    /// The last non-empty lines, without colours and other control characters.
    var lines: [String] {
        let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        return lines.map { Self.shortened(String(decoding: $0, as: UTF8.self)) }.filter { !$0.isEmpty }
            .suffix(Self.mostLines)
    }

    private static func shortened(_ line: String) -> String {
        var text = ""
        var isInSequence = false
        for scalar in line.unicodeScalars {
            if scalar == "\u{1B}" {
                isInSequence = true
            } else if isInSequence {
                // ECMA-48, 5.4: a control sequence ends with the first letter.
                if scalar.properties.isAlphabetic || scalar == "~" { isInSequence = false }
            } else if scalar == "\t" || scalar.properties.generalCategory != .control {
                text.unicodeScalars.append(scalar)
            }
        }
        let trimmed = text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        return trimmed.count > longestLine ? String(trimmed.prefix(longestLine)) + "…" : String(trimmed)
    }
}
