/// Finds out where and why a text is not JSON5 (https://spec.json5.org). Foundation's decoder, which reads the values, does not
/// say that.
struct JSON5Scanner {
    private let text: [Character]
    private var index = 0
    /// How deep lists and objects may be nested: as deep as the decoder allows, so that nothing is nested too deep for this.
    private static let mostDepth = 512

    /// Looks at a whole text.
    ///
    /// - Returns: the first problem; nil when there is none.
    static func problem(in text: String) -> JSONError? {
        var scanner = JSON5Scanner(text: Array(text))
        do throws(JSONError) {
            try scanner.skipSpace()
            try scanner.value(depth: 0)
            try scanner.skipSpace()
            if scanner.next != nil { throw scanner.unexpected("the end of the file") }
            return nil
        } catch {
            return error
        }
    }

    private init(text: [Character]) { self.text = text }

    private var next: Character? { index < text.count ? text[index] : nil }

    // MARK: Values

    private mutating func value(depth: Int) throws(JSONError) {
        guard depth < Self.mostDepth else { throw problem("nested more than \(Self.mostDepth) levels deep") }
        switch next {
        case "{": try values(until: "}", depth: depth)
        case "[": try values(until: "]", depth: depth)
        case "\"", "'": try string()
        case let character? where character.isNumber || "+-.".contains(character): try number()
        default:
            let start = index
            let word = word()
            if ["true", "false", "null", "Infinity", "NaN"].contains(word) { return }
            index = start
            throw unexpected(word.isEmpty ? "a value" : "a value; text has to be in quotes")
        }
    }

    /// An object or a list: what is in it, with commas between, to its end.
    private mutating func values(until end: Character, depth: Int) throws(JSONError) {
        index += 1
        try skipSpace()
        while next != end {
            if end == "}" { try memberName() }
            try value(depth: depth + 1)
            try skipSpace()
            if next == end { break }
            guard next == "," else { throw unexpected("\",\" or \"\(end)\"") }
            index += 1
            try skipSpace()
        }
        index += 1
    }

    /// The name of a member of an object, with the colon.
    private mutating func memberName() throws(JSONError) {
        let start = index
        if next == "\"" || next == "'" {
            try string()
        } else if next?.isNumber == true || word().isEmpty {
            throw unexpected("a name or \"}\"")
        }
        let name = String(text[start..<index])
        try skipSpace()
        guard next == ":" else { throw unexpected("\":\" after \(name)") }
        index += 1
        try skipSpace()
    }

    /// A backslash with what belongs to it. Foundation takes the escapes of the specification, and no other.
    private mutating func escape() throws(JSONError) {
        let rest = text[(index + 1)...]
        // At the end of the file, the missing quotation mark is the problem.
        guard let kind = rest.first else { return index += 1 }
        let count = kind == "x" ? 2 : kind == "u" ? 4 : 0
        let digits = rest.dropFirst().prefix(count)
        guard kind.isNewline || "\"'\\/bfnrtv0xu".contains(kind), digits.count == count, digits.allSatisfy(\.isHexDigit)
        else { throw problem("there is no escape \"\\\(kind)\(String(digits))\": write a backslash as \"\\\\\"") }
        index += 2 + count
    }

    private mutating func string() throws(JSONError) {
        let start = index
        let quote = text[index]
        index += 1
        while let character = next, character != quote, !character.isNewline {
            if character == "\\" { try escape() } else { index += 1 }
        }
        guard next == quote else {
            index = start
            throw problem("the text that begins here has no closing quotation mark in its line")
        }
        index += 1
    }

    private mutating func number() throws(JSONError) {
        let start = index
        while let character = next, character.isLetter || character.isNumber || "+-.".contains(character) { index += 1 }
        let digits = String(text[start..<index])
        let forms = #/[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity|NaN)/#
        if digits.wholeMatch(of: forms) != nil { return }
        index = start
        throw problem("\"\(digits)\" is not a number; text has to be in quotes")
    }

    /// A name without quotation marks; empty where there is none.
    private mutating func word() -> String {
        let start = index
        while let character = next, character.isLetter || character.isNumber || "$_".contains(character) {
            index += 1
        }
        return String(text[start..<index])
    }

    private mutating func skipSpace() throws(JSONError) {
        while let character = next {
            if character == "/" {
                try skipComment()
            } else if character.isWhitespace || character == "\u{FEFF}" {
                index += 1
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(JSONError) {
        let start = index
        switch index + 1 < text.count ? text[index + 1] : nil {
        case "/": while let character = next, !character.isNewline { index += 1 }
        case "*":
            index += 2
            while index + 1 < text.count, !(text[index] == "*" && text[index + 1] == "/") { index += 1 }
            guard index + 1 < text.count else {
                index = start
                throw problem("the comment that begins here has no end")
            }
            index += 2
        default: throw unexpected("a value or a comment")
        }
    }

    // MARK: Problems

    private mutating func unexpected(_ expected: String) -> JSONError {
        let start = index
        let word = word()
        index = start
        let found: String =
            switch next {
            case nil: "the end of the file"
            case let character?: "\"\(word.isEmpty ? String(character) : word)\""
            }
        return problem("expected \(expected), found \(found)")
    }

    /// A problem at the current position.
    private func problem(_ words: String) -> JSONError {
        let before = text[..<min(index, text.count)]
        let lineStart = before.lastIndex(where: \.isNewline).map { $0 + 1 } ?? 0
        let line = text[lineStart...].prefix { !$0.isNewline }
        return JSONError(
            path: "", problem: words,
            location: TextLocation(
                line: before.count(where: \.isNewline) + 1, column: before.count - lineStart + 1, text: String(line)))
    }
}
