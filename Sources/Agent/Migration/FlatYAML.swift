/// The part of YAML that Flamenco Worker's files use: keys at the left edge, each with a word, a quoted text or a list of
/// them. Anything else is refused with its line number, since a guess could change what a node does.
package struct FlatYAML: Hashable, Sendable {
    /// A value in such a file.
    package enum Value: Hashable, Sendable {
        /// Nothing stands behind the key.
        case empty
        case text(String)
        case list([String])
    }

    /// A key with its value.
    package struct Entry: Hashable, Sendable {
        package var key: String
        package var value: Value
        /// Where it stands, from 1.
        package var line: Int
    }

    /// What the file says, in its order.
    package private(set) var entries: [Entry] = []

    /// The value of a key; absent when the file does not say it.
    package subscript(key: String) -> Value? { entries.first { $0.key == key }?.value }

    /// Reads a file's text.
    ///
    /// - Throws: ``FlatYAMLError`` for the first line that is not of this kind.
    package init(_ text: String) throws(FlatYAMLError) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = Self.trimmedEnd(Self.withoutComment(line))
            if line.isEmpty || line == "---" { continue }
            let content = line.drop { $0 == " " }
            if content == "-" || content.hasPrefix("- ") {
                try append(content.dropFirst(), index + 1)
            } else if content.startIndex == line.startIndex {
                try begin(line, index + 1)
            } else {
                throw FlatYAMLError(line: index + 1, problem: "nested values are not understood")
            }
        }
    }

    private mutating func begin(_ line: Substring, _ number: Int) throws(FlatYAMLError) {
        guard let colon = line.firstIndex(of: ":") else {
            throw FlatYAMLError(line: number, problem: "“\(line)” is neither “key: value” nor “- item”")
        }
        let key = String(line[..<colon])
        let rest = line[line.index(after: colon)...]
        guard rest.isEmpty || rest.hasPrefix(" "),
            key.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" })
        else { throw FlatYAMLError(line: number, problem: "“\(line)” is not “key: value”") }
        if let first = entries.first(where: { $0.key == key }) {
            throw FlatYAMLError(line: number, problem: "“\(key)” stands in line \(first.line) already")
        }
        entries.append(Entry(key: key, value: try Self.value(rest.drop { $0 == " " }, number), line: number))
    }

    private mutating func append(_ item: Substring, _ number: Int) throws(FlatYAMLError) {
        let text = try Self.text(item.drop { $0 == " " }, number)
        switch entries.last?.value {
        case .empty: entries[entries.count - 1].value = .list([text])
        case .list(let items): entries[entries.count - 1].value = .list(items + [text])
        default: throw FlatYAMLError(line: number, problem: "a list item stands where no list begins")
        }
    }

    // MARK: Values

    private static func value(_ text: Substring, _ number: Int) throws(FlatYAMLError) -> Value {
        if text.isEmpty { return .empty }
        guard text.hasPrefix("[") else { return .text(try self.text(text, number)) }
        guard text.hasSuffix("]") else {
            throw FlatYAMLError(line: number, problem: "the list does not end in this line")
        }
        let inner = trimmedEnd(text.dropFirst().dropLast()).drop { $0 == " " }
        if inner.isEmpty { return .list([]) }
        var items: [String] = []
        for item in inner.split(separator: ",", omittingEmptySubsequences: false) {
            items.append(try self.text(trimmedEnd(item).drop { $0 == " " }, number))
        }
        return .list(items)
    }

    /// A plain word, or a text in quotes without escapes.
    private static func text(_ text: Substring, _ number: Int) throws(FlatYAMLError) -> String {
        guard let first = text.first else { throw FlatYAMLError(line: number, problem: "a value is missing") }
        if first == "\"" || first == "'" {
            let inner = text.dropFirst().dropLast()
            guard text.count >= 2, text.last == first, !inner.contains(first), !inner.contains("\\") else {
                throw FlatYAMLError(line: number, problem: "the quoted text \(text) is not understood")
            }
            return String(inner)
        }
        guard !"&*!|>%@`{}[]".contains(first), !text.contains(": ") else {
            throw FlatYAMLError(line: number, problem: "the value “\(text)” is not understood")
        }
        return String(text)
    }

    /// The line without a comment, which begins with `#` at its start or behind a space, outside of quotes.
    private static func withoutComment(_ line: Substring) -> Substring {
        var quote: Character?
        var previous: Character = " "
        for index in line.indices {
            let character = line[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "#", previous == " " {
                return line[..<index]
            } else if character == "\"" || character == "'", " [,".contains(previous) {
                quote = character
            }
            previous = character
        }
        return line
    }

    private static func trimmedEnd(_ text: Substring) -> Substring {
        var text = text
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}

/// A line that is not of the kind that Flamenco Worker's files have.
package struct FlatYAMLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where it stands, from 1.
    package let line: Int
    /// What is wrong with it.
    package let problem: String

    /// One sentence without a full stop.
    package var description: String { "line \(line): \(problem)" }
}
