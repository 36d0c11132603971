import FoundationEssentials

/// Text that came from somewhere, as part of a message: one line, not too long, nothing that moves a cursor.
enum Excerpt {
    private static let longest = 200

    static func line(_ text: String) -> String {
        // More than is shown, for white space goes.
        let words = text.prefix(10 * longest).split(whereSeparator: \.isWhitespace)
        let line = words.joined(separator: " ")
        let visible = String(String.UnicodeScalarView(line.unicodeScalars.filter { !isControl($0) }))
        return visible.count > longest ? visible.prefix(longest - 1) + "…" : visible
    }

    static func line(_ bytes: Data) -> String { line(String(decoding: bytes.prefix(40 * longest), as: UTF8.self)) }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
