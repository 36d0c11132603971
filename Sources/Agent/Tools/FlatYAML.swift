/// The part of YAML 1.2 that Flamenco Worker's files use: keys at the left edge, each with a word, a quoted text or a list of
/// them. What else a key may have is kept as ``Value/other(_:)``, so that the rest can be taken over; only a file that is no
/// list of keys is refused.
package struct FlatYAML: Hashable, Sendable {
    /// A value in such a file.
    package enum Value: Hashable, Sendable {
        /// Nothing stands behind the key, or `null`, or a text without characters.
        case empty
        case text(String)
        case list([String])
        /// Something that is not understood: why not, as in "has nested values (line 3)".
        case other(String)
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
    /// - Throws: ``FlatYAMLError`` for the first line that belongs to no key.
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
                if !rest.isEmpty { throw FlatYAMLError(line: line.number, problem: "“\(rest)” is not “key: value”") }
                hasBegun = true
                continue
            }
            if content == "..." { break }
            hasBegun = true
            entries.append(try Self.entry(line, &lines))
            if let first = entries.dropLast().first(where: { $0.key == entries.last?.key }) {
                throw FlatYAMLError(line: line.number, problem: "“\(first.key)” is already set in line \(first.line)")
            }
        }
    }

    // MARK: A key and what belongs to it

    private static func entry(_ line: YAMLLines.Line, _ lines: inout YAMLLines) throws(FlatYAMLError) -> Entry {
        let content = line.withoutComment
        guard !line.isIndented else {
            throw FlatYAMLError(line: line.number, problem: "“\(content)” is indented, but belongs to no key")
        }
        if content == "-" || content.hasPrefix("- ") {
            throw FlatYAMLError(line: line.number, problem: "unexpected list item")
        }
        guard let (key, rest) = YAMLScalar.key(line.text) else {
            throw FlatYAMLError(line: line.number, problem: "“\(content)” is not “key: value”")
        }
        return Entry(key: key, value: value(rest, of: line, &lines), line: line.number)
    }

    private static func value(_ rest: String, of line: YAMLLines.Line, _ lines: inout YAMLLines) -> Value {
        let text = YAMLScalar.withoutComment(rest)
        // Until the brackets are closed, or a line belongs to another key, which then is not read as the end of a list.
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
        // A block of text (`|`, `>`) has no comments; all else has.
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
                return .other("has “\(item)” in its list, which is not supported (line \(line.number))")
            }
            items.append(text)
        }
        return .list(items)
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

/// The lines of a file, however they end, without a byte order mark.
struct YAMLLines {
    struct Line {
        let number: Int
        let text: String

        /// How many blanks it begins with.
        var indentation: Int { text.prefix { $0 == " " || $0 == "\t" }.count }
        var isIndented: Bool { indentation > 0 }
        /// Without blanks at either end, and without a comment.
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
