import FoundationEssentials

/// Text that came from somewhere, as part of a message: one line, not too long, nothing that moves a cursor.
enum Excerpt {
    private static let longest = 200
    /// More than is shown, for white space goes.
    private static let mostRead = 8192
    /// No secret is longer.
    private static let longestSecret = 1024

    /// - Parameter conceal: takes secrets out, before anything is cut.
    static func line(_ text: String, _ conceal: (String) -> String) -> String {
        line(Data(text.utf8), conceal)
    }

    /// - Parameter conceal: takes secrets out, before anything is cut.
    static func line(_ bytes: Data, _ conceal: (String) -> String) -> String {
        let text = conceal(String(decoding: bytes.prefix(mostRead + longestSecret), as: UTF8.self))
        // What was cut off may have been the rest of a secret, whose beginning is at the end here.
        let read = bytes.count > mostRead + longestSecret ? text.utf8.dropLast(longestSecret) : text.utf8[...]
        let words = String(decoding: read, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        let line = words.joined(separator: " ")
        let visible = String(String.UnicodeScalarView(line.unicodeScalars.filter { !isControl($0) }))
        return visible.count > longest ? visible.prefix(longest - 1) + "…" : visible
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
