/// Splits a line into words like a POSIX shell, and joins words to a line that a shell would split the same way.
///
/// Quoting follows POSIX.1-2017, Shell Command Language §2.2: backslash, single quotes, double quotes. Nothing is
/// expanded: variables, `~`, patterns, operators and `#` are plain text.
public enum ShellWords {
    /// Splits `line` into words separated by spaces, tabs and newlines.
    ///
    /// - Throws: ``ShellWordsError`` if a quote is not closed or a backslash ends the line.
    public static func split(_ line: String) throws(ShellWordsError) -> [String] {
        var words: [String] = []
        var word: String.UnicodeScalarView?  // Absent between words: `''` is a word, a space is none.
        var rest = Scanner(line)
        while let character = rest.next() {
            switch character {
            case " ", "\t", "\n":
                if let complete = word { words.append(String(complete)) }
                word = nil
            case "\\":
                guard let escaped = rest.next() else { throw rest.error(.nothingAfterBackslash, at: rest.position) }
                if escaped != "\n" { word = (word ?? .init()) + [escaped] }
            case "'":
                word = try (word ?? .init()) + rest.singleQuoted()
            case "\"":
                word = try (word ?? .init()) + rest.doubleQuoted()
            default:
                word = (word ?? .init()) + [character]
            }
        }
        if let word { words.append(String(word)) }
        return words
    }

    /// Joins words to one line that ``split(_:)`` and every POSIX shell split into the same words.
    public static func join(_ words: some Sequence<String>) -> String {
        words.map(quote).joined(separator: " ")
    }

    /// Quotes `word` for a shell: unchanged if that is safe, otherwise in single quotes.
    public static func quote(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.utf8.allSatisfy(plain.contains)
        if isPlain { return word }
        let pieces = word.unicodeScalars.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + pieces.map { String($0) }.joined(separator: "'\\''") + "'"
    }

    private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-".utf8)

    /// The characters of a line, as Unicode scalars: a combining accent after a quote must not hide the quote.
    private struct Scanner {
        private var rest: String.UnicodeScalarView.SubSequence
        /// The position of the last character, from 1.
        private(set) var position = 0

        init(_ line: String) { rest = line.unicodeScalars[...] }

        mutating func next() -> Unicode.Scalar? {
            guard let character = rest.popFirst() else { return nil }
            position += 1
            return character
        }

        mutating func singleQuoted() throws(ShellWordsError) -> String.UnicodeScalarView {
            let start = position
            var text = String.UnicodeScalarView()
            while let character = next() {
                if character == "'" { return text }
                text.append(character)
            }
            throw error(.unclosedQuote("'"), at: start)
        }

        /// Within double quotes a backslash is literal, except before `$`, `` ` ``, `"`, `\` and newline.
        mutating func doubleQuoted() throws(ShellWordsError) -> String.UnicodeScalarView {
            let start = position
            var text = String.UnicodeScalarView()
            while let character = next() {
                switch character {
                case "\"": return text
                case "\\":
                    guard let escaped = next() else { throw error(.unclosedQuote("\""), at: start) }
                    switch escaped {
                    case "$", "`", "\"", "\\": text.append(escaped)
                    case "\n": break
                    default: text.append(contentsOf: ["\\", escaped])
                    }
                default: text.append(character)
                }
            }
            throw error(.unclosedQuote("\""), at: start)
        }

        func error(_ problem: ShellWordsError.Problem, at position: Int) -> ShellWordsError {
            ShellWordsError(problem: problem, position: position)
        }
    }
}

/// Why a line cannot be split into words.
public struct ShellWordsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of problem.
    public enum Problem: Hashable, Sendable {
        /// This quotation mark is not closed.
        case unclosedQuote(Character)
        /// A backslash is the last character.
        case nothingAfterBackslash
    }

    /// The problem.
    public let problem: Problem
    /// The position of the problem, counted in Unicode scalars from 1.
    public let position: Int

    /// Creates an error for a position.
    public init(problem: Problem, position: Int) {
        self.problem = problem
        self.position = position
    }

    /// One sentence without a full stop.
    public var description: String {
        switch problem {
        case .unclosedQuote(let mark): "the quotation mark \(mark) at character \(position) is not closed"
        case .nothingAfterBackslash: "nothing follows the backslash at character \(position)"
        }
    }
}

extension Program {
    /// Creates a program from the `exe` of a command and its `exeArgs`; see ``CommandContext/program(exe:exeArgs:_:)``.
    ///
    /// - Parameter isFile: whether `exe` is the path of a file, and must not be split.
    package init(exe: String, isFile: Bool, exeArgs: String? = nil, _ arguments: [String] = []) throws {
        var words = isFile ? [exe] : try Self.split(exe, parameter: "exe")
        guard let executable = words.first, !executable.isEmpty else {
            throw ParameterError(parameter: "exe", expected: "a program", found: "\"\(exe)\"")
        }
        words += try exeArgs.map { try Self.split($0, parameter: "exeArgs") } ?? []
        self.init(executable, words.dropFirst() + arguments)
    }

    /// The program and its arguments as a line for a shell.
    public var commandLine: String { ShellWords.join([executable] + arguments) }

    private static func split(_ line: String, parameter: String) throws -> [String] {
        do {
            return try ShellWords.split(line)
        } catch {
            throw ParameterError(
                parameter: parameter, expected: "words as in a shell", found: "\"\(line)\", where \(error)")
        }
    }
}
