/// Converts the output of a program to the text that is sent to the manager, piece by piece.
///
/// - Of a line that is redrawn with `\r`, only the last state within a piece is kept; `\r
/// ` is a line end. A state that was already sent cannot be taken back: the next one starts a new line.
/// - Invalid UTF-8 becomes U+FFFD, one for each maximal subpart of a character, and so does NUL, which is valid in JSON
///   but not in the text types of databases. Other control characters are kept.
/// - A line longer than 64 KiB is split at a character: a line feed is inserted, nothing is lost.
/// - A character is never split between pieces.
///
/// ``State`` contains all that is needed to continue after a piece.
package struct LogText: Sendable {
    /// The state at the end of the text.
    package struct State: Hashable, Sendable {
        /// The number of bytes in the last line so far.
        package var column = 0
        /// Whether the text ends with `\r`, so that the line is redrawn unless a line feed follows.
        package var afterReturn = false
    }

    /// What follows a piece.
    package enum Rest: Hashable, Sendable {
        /// More text, which is already available: the piece ends at a line end, if there is one near its end.
        case follows
        /// Possibly more: an unfinished character is left for the next piece.
        case mayFollow
        /// Nothing: an unfinished character is invalid.
        case none
    }

    /// The maximum length of a line, in bytes.
    package static let longestLine = 64 << 10

    /// The state at the end of the text.
    package private(set) var state: State
    /// The converted text so far: valid UTF-8.
    package private(set) var bytes: [UInt8] = []

    private var lineStart = 0
    private var lineWasSent: Bool

    /// Creates a text that continues an earlier one.
    ///
    /// - Parameter count: how many bytes will probably be appended.
    package init(after state: State = State(), expecting count: Int = 0) {
        self.state = state
        lineWasSent = state.column > 0
        bytes.reserveCapacity(count + count / 16 + 64)
    }

    /// Converts a piece.
    ///
    /// - Returns: the number of bytes used; the rest must be repeated at the start of the next piece.
    package mutating func append(_ piece: UnsafeRawBufferPointer, rest: Rest) -> Int {
        let piece = rest == .follows ? Self.wholeLines(piece) : piece
        var position = 0
        while position < piece.count {
            let plain = UnsafeRawBufferPointer(rebasing: piece[position...]).plainPrefix
            if plain > 0 {
                appendPlain(UnsafeRawBufferPointer(rebasing: piece[position..<(position + plain)]))
                position += plain
            } else if piece[position] == UInt8(ascii: "\r") {
                state.afterReturn = true
                position += 1
            } else {
                let used = appendCharacters(UnsafeRawBufferPointer(rebasing: piece[position...]), rest: rest)
                if used == 0 { break }
                position += used
            }
        }
        return position
    }

    /// Inserts a line of the agent between the lines of the program.
    package mutating func note(_ line: String) {
        if state.column > 0 { bytes.append(UInt8(ascii: "\n")) }
        bytes.append(contentsOf: line.utf8)
        bytes.append(UInt8(ascii: "\n"))
        state = State()
        startLine()
    }

    // MARK: Parts of a piece

    private static func wholeLines(_ piece: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let tail = piece.suffix(longestLine)
        guard let end = tail.lastIndex(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) else {
            return piece
        }
        return UnsafeRawBufferPointer(rebasing: piece[...end])
    }

    /// Appends bytes that need no conversion, including line feeds.
    private mutating func appendPlain(_ run: UnsafeRawBufferPointer) {
        if state.afterReturn { run.first == UInt8(ascii: "\n") ? state.afterReturn = false : redraw() }
        var rest = run
        while !rest.isEmpty {
            let room = Self.longestLine - state.column
            if let end = rest.prefix(room + 1).lastLineFeed {
                copy(rest[...end])
                state.column = 0
                startLine()
                rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
            } else if rest.count <= room {
                copy(rest[...])
                state.column += rest.count
                return
            } else {
                copy(rest.prefix(room))
                cutLine()
                rest = UnsafeRawBufferPointer(rebasing: rest[room...])
            }
        }
    }

    /// Appends non-ASCII characters and replacements for invalid bytes.
    private mutating func appendCharacters(_ run: UnsafeRawBufferPointer, rest: Rest) -> Int {
        var valid = 0
        var next = run.character(at: 0)
        if case .unfinished = next, rest != .none { return 0 }
        if state.afterReturn { redraw() }
        if state.column + (next?.textLength ?? 0) > Self.longestLine { cutLine() }
        let room = Self.longestLine - state.column
        while case .whole(let length) = next, valid + length <= room {
            valid += length
            next = run.character(at: valid)
        }
        if valid > 0 {
            copy(run[..<valid])
            state.column += valid
            return valid
        }
        bytes.append(0xEF)
        bytes.append(0xBF)
        bytes.append(0xBD)
        state.column += 3
        return next?.length ?? 1
    }

    // MARK: Lines

    /// Restarts the line: its content is dropped, or kept if it was already sent.
    private mutating func redraw() {
        bytes.removeLast(bytes.count - lineStart)
        if lineWasSent { bytes.append(UInt8(ascii: "\n")) }
        state = State()
        startLine()
    }

    private mutating func cutLine() {
        bytes.append(UInt8(ascii: "\n"))
        state.column = 0
        startLine()
    }

    private mutating func startLine() {
        lineStart = bytes.count
        lineWasSent = false
    }

    private mutating func copy(_ run: Slice<UnsafeRawBufferPointer>) {
        UnsafeRawBufferPointer(rebasing: run).withMemoryRebound(to: UInt8.self) { bytes.append(contentsOf: $0) }
    }
}

// MARK: - Bytes

/// Fast searches in raw log bytes, for ``LogText``.
extension UnsafeRawBufferPointer {
    /// The number of leading bytes that are ASCII, and neither NUL nor `\r`.
    var plainPrefix: Int {
        // Eight bytes at a time: `word - ones` borrows into the top bit of a zero byte. A false positive is possible
        // only above a true one; the bytes are then checked one by one.
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let returns: UInt64 = 0x0D0D_0D0D_0D0D_0D0D
        var position = 0
        while position + 8 <= count {
            let word = loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let other = word ^ returns
            if (((word &- ones) & ~word) | ((other &- ones) & ~other) | word) & tops != 0 { break }
            position += 8
        }
        while position < count {
            let byte = self[position]
            if byte == 0 || byte == UInt8(ascii: "\r") || byte >= 0x80 { break }
            position += 1
        }
        return position
    }

    /// A multi-byte character, as far as it is valid.
    enum Character: Equatable {
        /// It is complete.
        case whole(Int)
        /// The buffer ends within it.
        case unfinished(Int)
        /// This many bytes form the beginning of a character, followed by something else (Unicode 16, §3.9, table 3-7).
        case broken(Int)

        /// The number of bytes.
        var length: Int {
            switch self {
            case .whole(let length), .unfinished(let length), .broken(let length): length
            }
        }

        /// The number of bytes as text: invalid characters become U+FFFD.
        var textLength: Int {
            if case .whole(let length) = self { length } else { "\u{FFFD}".utf8.count }
        }
    }

    /// Returns the multi-byte or invalid character at a position; nil at the end and for other ASCII.
    func character(at position: Int) -> Character? {
        guard position < count else { return nil }
        let first = self[position]
        let length: Int
        var allowed: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0: return .broken(1)
        case 1..<0x80: return nil
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if first == 0xE0 { allowed = 0xA0...0xBF }
            if first == 0xED { allowed = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if first == 0xF0 { allowed = 0x90...0xBF }
            if first == 0xF4 { allowed = 0x80...0x8F }
        default: return .broken(1)
        }
        for index in 1..<length {
            guard position + index < count else { return .unfinished(index) }
            guard allowed.contains(self[position + index]) else { return .broken(index) }
            allowed = 0x80...0xBF
        }
        return .whole(length)
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// The index of the last line feed.
    var lastLineFeed: Int? {
        var index = endIndex
        while index > startIndex {
            index -= 1
            if base[index] == UInt8(ascii: "\n") { return index }
        }
        return nil
    }
}
