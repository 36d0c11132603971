/// Single-line scalars and lists of YAML 1.2 (yaml.org/spec/1.2.2, chapter 7).
enum YAMLScalar {
    private static let escapes: [Character: String] = [
        "0": "\0", "a": "\u{7}", "b": "\u{8}", "t": "\t", "\t": "\t", "n": "\n", "v": "\u{B}", "f": "\u{C}", "r": "\r",
        "e": "\u{1B}", " ": " ", "\"": "\"", "/": "/", "\\": "\\", "N": "\u{85}", "_": "\u{A0}", "L": "\u{2028}",
        "P": "\u{2029}",
    ]

    /// Returns the text without leading and trailing blanks.
    static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    /// Returns the text without leading and trailing blanks, and without a comment: `#` at the start or after a blank,
    /// outside quotes.
    ///
    /// - Parameter isFlow: whether the text continues a list in brackets.
    static func withoutComment(_ text: some StringProtocol, inFlow isFlow: Bool = false) -> String {
        var isFlow = isFlow
        var quote: Character?
        var isEscaped = false
        var before: Character = " "
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\", open == "\"" {
                    isEscaped = true
                } else if character == open {
                    quote = nil
                }
            } else if character == "#", before == " " || before == "\t" {
                return trimmed(text[..<index])
            } else if character == "\"" || character == "'", beginsValue(text[..<index], inFlow: isFlow) {
                quote = character
            } else if character == "[" || character == "{", beginsValue(text[..<index], inFlow: isFlow) {
                isFlow = true
            }
            before = character
        }
        return trimmed(text)
    }

    /// Whether a quote after this text opens a string: elsewhere, as in `Jim's`, it is an ordinary character.
    private static func beginsValue(_ before: some StringProtocol, inFlow isFlow: Bool) -> Bool {
        let words = trimmed(before)
        if words.isEmpty || words == "-" || isFlow && ["[", "{", ","].contains(words.last) { return true }
        return words.hasSuffix(":") && (before.last == " " || before.last == "\t")
    }

    /// Returns the key of a line `key: value`, and the text after its colon; nil if there is none.
    static func key(_ line: String) -> (key: String, rest: String)? {
        let text = trimmed(line)
        if let first = text.first, first == "\"" || first == "'" {
            guard let (key, rest) = quoted(text[...]) else { return nil }
            let behind = rest.drop { $0 == " " || $0 == "\t" }
            guard behind.first == ":" else { return nil }
            return behind.count == 1 || [" ", "\t"].contains(behind.dropFirst().first)
                ? (key, String(behind.dropFirst())) : nil
        }
        var before: Character = "x"
        for index in text.indices {
            let character = text[index]
            if character == "#", before == " " || before == "\t" { return nil }
            let behind = text[text.index(after: index)...]
            if character == ":", behind.isEmpty || behind.first == " " || behind.first == "\t" {
                let key = trimmed(text[..<index])
                return key.isEmpty || isIndicator(key) ? nil : (key, String(behind))
            }
            before = character
        }
        return nil
    }

    /// Parses a word or a quoted string; not a list.
    static func value(_ text: String) -> FlatYAML.Value {
        if let first = text.first, first == "\"" || first == "'" {
            guard let (content, rest) = quoted(text[...]) else {
                return .other("has an unsupported quoted string: \(text)")
            }
            if !rest.isEmpty { return .other("has text after its quoted string: \(text)") }
            return content.isEmpty ? .empty : .text(content)
        }
        if ["~", "null", "Null", "NULL", ""].contains(text) { return .empty }
        if isIndicator(text) || key(text) != nil {
            return .other("has an unsupported value: \(text)")
        }
        return .text(text)
    }

    /// Parses a list in brackets.
    static func list(_ text: String) -> FlatYAML.Value {
        let problem = FlatYAML.Value.other("has an unsupported list: \(text)")
        var items: [String] = []
        var rest = text.dropFirst()[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard let first = rest.first else { return .other("has an unterminated list: \(text)") }
            if first == "]" { break }
            if first == "\"" || first == "'" {
                guard let (content, behind) = quoted(rest) else { return problem }
                items.append(content)
                rest = behind.drop { $0 == " " || $0 == "\t" }
            } else {
                let word = rest.prefix { !"[]{},".contains($0) }
                guard case .text(let item) = value(trimmed(word)) else { return problem }
                items.append(item)
                rest = rest[word.endIndex...]
            }
            switch rest.first {
            case ",": rest = rest.dropFirst()
            case "]": break
            case nil: return .other("has an unterminated list: \(text)")
            default: return problem
            }
        }
        return rest.dropFirst().isEmpty ? .list(items) : problem
    }

    /// Whether a list in brackets is closed, outside quotes.
    static func isClosed(_ text: String) -> Bool {
        if case .other(let problem) = list(text), problem.hasPrefix("has an unterminated list") { return false }
        return true
    }

    /// Parses a quoted string at the start of `text`, and returns it with the rest; nil if it is not supported.
    private static func quoted(_ text: Substring) -> (content: String, rest: Substring)? {
        guard let quote = text.first else { return nil }
        var content = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            if character == quote {
                // Two quotes stand for one.
                guard quote == "'", rest.first == "'" else { return (content, rest) }
                rest.removeFirst()
                content.append("'")
            } else if character == "\\", quote == "\"" {
                guard let escaped = escape(&rest) else { return nil }
                content += escaped
            } else {
                content.append(character)
            }
        }
        return nil
    }

    private static func escape(_ rest: inout Substring) -> String? {
        guard let character = rest.popFirst() else { return nil }
        let lengths: [Character: Int] = ["x": 2, "u": 4, "U": 8]
        guard let length = lengths[character] else { return escapes[character] }
        let digits = rest.prefix(length)
        rest = rest.dropFirst(length)
        guard digits.count == length, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16) else {
            return nil
        }
        return Unicode.Scalar(value).map { String($0) }
    }

    /// Whether a word starts with a character that has a special meaning in YAML.
    private static func isIndicator(_ word: String) -> Bool {
        guard let first = word.first else { return false }
        if "&*!|>%@`{}[],#\"'".contains(first) { return true }
        let second = word.dropFirst().first
        return "-?:".contains(first) && (second == nil || second == " " || second == "\t")
    }
}
