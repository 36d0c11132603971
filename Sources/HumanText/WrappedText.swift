/// Text in lines of limited width.
public enum WrappedText {
    /// The words of `text` in lines of at most this many characters; a longer word gets a line of its own.
    public static func lines(_ text: String, columns: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            if let last = lines.last, last.count + 1 + word.count <= columns {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
