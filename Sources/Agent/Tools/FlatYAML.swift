/// The subset of YAML 1.2 used by Flamenco Worker's files: top-level keys, each with a word, a quoted string or a list
/// of these. Other values are kept as ``Value/other(_:)``, so that the rest can be migrated; only a file that is not a
/// list of keys is refused.
package struct FlatYAML: Hashable, Sendable {
    /// A value in such a file.
    package enum Value: Hashable, Sendable {
        /// No value, `null`, or an empty string.
        case empty
        case text(String)
        case list([String])
        /// A value that is not supported: why not, as in "has nested values (line 3)".
        case other(String)
    }

    /// A key with its value.
    package struct Entry: Hashable, Sendable {
        package var key: String
        package var value: Value
        /// The line number, from 1.
        package var line: Int
    }

    /// The content of the file, in order.
    package private(set) var entries: [Entry] = []

    /// The value of a key; nil if the file does not contain it.
    package subscript(key: String) -> Value? { entries.first { $0.key == key }?.value }

    /// Parses the text of a file.
    ///
    /// - Throws: ``FlatYAMLError`` for the first line that does not belong to a key.
    package init(_ text: String) throws(FlatYAMLError) {
        var lines = YAMLLines(text)
        var hasBegun = false
        while let line = lines.next() {
            let content = line.withoutComment
            if content.isEmpty { continue }
            if content.hasPrefix("%"), !hasBegun { continue }
            if content == "---" || content.hasPrefix("--- ") {
                let rest = YAMLScalar.trimmed(content.dropFirst(3))
                if hasBegun { throw FlatYAMLError(line: line.number, problem: "a second document is not supported") }
                if !rest.isEmpty {
                    throw FlatYAMLError(line: line.number, problem: "\"\(rest)\" is not \"key: value\"")
                }
                hasBegun = true
                continue
            }
            if content == "..." { break }
            hasBegun = true
            entries.append(try Self.entry(line, &lines))
            if let first = entries.dropLast().first(where: { $0.key == entries.last?.key }) {
                throw FlatYAMLError(line: line.number, problem: "\"\(first.key)\" is already set in line \(first.line)")
            }
        }
    }

    // MARK: A key and its lines

    private static func entry(_ line: YAMLLines.Line, _ lines: inout YAMLLines) throws(FlatYAMLError) -> Entry {
        let content = line.withoutComment
        guard !line.isIndented else {
            throw FlatYAMLError(line: line.number, problem: "\"\(content)\" is indented, but belongs to no key")
        }
        if content == "-" || content.hasPrefix("- ") {
            throw FlatYAMLError(line: line.number, problem: "unexpected list item")
        }
        guard let (key, rest) = YAMLScalar.key(line.text) else {
            throw FlatYAMLError(line: line.number, problem: "\"\(content)\" is not \"key: value\"")
        }
        return Entry(key: key, value: value(rest, of: line, &lines), line: line.number)
    }

    private static func value(_ rest: String, of line: YAMLLines.Line, _ lines: inout YAMLLines) -> Value {
        let text = YAMLScalar.withoutComment(rest)
        // Until the brackets are closed, or a line belongs to another key, which is then not parsed as the end of a
        // list.
        var flow = text
        let isFlow = text.hasPrefix("[")
        var below: [YAMLLines.Line] = []
        while let next = lines.peek(),
            next.isIndented || next.withoutComment.isEmpty || next.isItem && text.isEmpty
                || isFlow && !YAMLScalar.isClosed(flow) && YAMLScalar.key(next.text) == nil
        {
            _ = lines.next()
            if isFlow, !YAMLScalar.isClosed(flow) {
                flow += " " + YAMLScalar.withoutComment(next.text, inFlow: true)
            } else {
                below.append(next)
            }
        }
        // A block of text (`|`, `>`) has no comments; everything else has.
        let more = below.first { !$0.withoutComment.isEmpty }
        if let more, !text.isEmpty {
            return .other("continues in line \(more.number), which is not supported")
        }
        if isFlow { return YAMLScalar.list(flow) }
        if more != nil { return list(below.filter { !$0.withoutComment.isEmpty }) }
        return text.isEmpty ? .empty : YAMLScalar.value(text)
    }

    private static func list(_ lines: [YAMLLines.Line]) -> Value {
        var items: [String] = []
        for line in lines {
            guard line.isItem, line.indentation == lines[0].indentation else {
                return .other("has nested values (line \(line.number))")
            }
            let item = YAMLScalar.trimmed(line.withoutComment.dropFirst())
            guard case .text(let text) = YAMLScalar.value(item), YAMLScalar.key(item) == nil, !item.hasPrefix("- ")
            else {
                return .other("has \"\(item)\" in its list, which is not supported (line \(line.number))")
            }
            items.append(text)
        }
        return .list(items)
    }
}

/// A line that Flamenco Worker's files cannot have.
package struct FlatYAMLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line number, from 1.
    package let line: Int
    /// What is wrong with it.
    package let problem: String

    /// One sentence without a full stop.
    package var description: String { "line \(line): \(problem)" }
}

/// The lines of a file, with any line endings, without a byte order mark.
struct YAMLLines {
    struct Line {
        let number: Int
        let text: String

        /// The number of leading blanks.
        var indentation: Int { text.prefix { $0 == " " || $0 == "\t" }.count }
        var isIndented: Bool { indentation > 0 }
        /// Without leading and trailing blanks, and without a comment.
        var withoutComment: String { YAMLScalar.withoutComment(text) }

        var isItem: Bool {
            let content = withoutComment
            return content == "-" || content.hasPrefix("- ") || content.hasPrefix("-\t")
        }
    }

    private let lines: [Line]
    private var position = 0

    init(_ text: String) {
        var scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        var lines: [Line] = []
        var line = String.UnicodeScalarView()
        var isAfterReturn = false
        for scalar in scalars {
            defer { isAfterReturn = scalar == "\r" }
            if scalar == "\n", isAfterReturn { continue }
            if scalar == "\n" || scalar == "\r" {
                lines.append(Line(number: lines.count + 1, text: String(line)))
                line = String.UnicodeScalarView()
            } else {
                line.append(scalar)
            }
        }
        lines.append(Line(number: lines.count + 1, text: String(line)))
        self.lines = lines
    }

    func peek() -> Line? { position < lines.count ? lines[position] : nil }

    mutating func next() -> Line? {
        defer { position += 1 }
        return peek()
    }
}
