/// Turns what a program printed into the text that goes to the manager, piece by piece.
///
/// - Of a line that is redrawn with `\r`, only the last state within a piece is kept; `\r\n` is a line end. A state that
///   was sent already cannot be taken back: the next one begins a new line.
/// - What is not UTF-8 becomes U+FFFD, one for each maximal part of a character, and so does NUL, which is legal in
///   JSON but not in the text types of databases. Other control characters stay.
/// - A line longer than 64 KiB is cut at a character: a line feed is put in, nothing is lost.
/// - A character is never split between pieces.
///
/// All that must be known to go on after a piece is in ``State``.
package struct LogText: Sendable {
    /// What the text ended with.
    package struct State: Hashable, Sendable {
        /// How many bytes of the last line there are already.
        package var column = 0
        /// Whether a `\r` came last, so that the line is redrawn unless a line feed follows.
        package var afterReturn = false
    }

    /// What comes behind a piece.
    package enum Rest: Hashable, Sendable {
        /// More, which is known already: the piece ends at a line end, if there is one near its end.
        case follows
        /// Perhaps more: an unfinished character is left for the next piece.
        case mayFollow
        /// Nothing that belongs to it: an unfinished character is broken.
        case none
    }

    /// The longest line, in bytes.
    package static let longestLine = 64 << 10

    /// What the text ended with.
    package private(set) var state: State
    /// The text of the pieces so far: valid UTF-8.
    package private(set) var bytes: [UInt8] = []

    private var lineStart = 0
    private var lineWasSent: Bool

    /// A text that goes on after an earlier one.
    package init(after state: State = State()) {
        self.state = state
        lineWasSent = state.column > 0
    }

    /// Converts a piece.
    ///
    /// - Returns: how many bytes were used; the others come again at the beginning of the next piece.
    package mutating func append(_ piece: UnsafeRawBufferPointer, rest: Rest) -> Int {
        let piece = rest == .follows ? Self.wholeLines(piece) : piece
        bytes.reserveCapacity(bytes.count + piece.count + piece.count / 16 + 64)
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

    /// Puts a line of the agent's own between the lines of the program.
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

    /// Bytes that stand for themselves, line feeds among them.
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

    /// Characters that are not ASCII, and bytes that have to be replaced.
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

    /// The line starts anew: what it showed before is dropped, or left behind when it was sent.
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

/// Fast looks into raw log bytes, for ``LogText``.
extension UnsafeRawBufferPointer {
    /// How many bytes at the beginning are ASCII, and neither NUL nor `\r`.
    var plainPrefix: Int {
        // Eight bytes at a time: `word - ones` borrows into the top bit of a byte that is zero. A false alarm is
        // possible only above a true one, and the bytes are looked at one by one then.
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

    /// A character of more than one byte, as far as it is one.
    enum Character: Equatable {
        /// All of its bytes are there.
        case whole(Int)
        /// The buffer ends in the middle of it.
        case unfinished(Int)
        /// So many bytes that are the beginning of a character, and then something else (Unicode 16, §3.9, table 3-7).
        case broken(Int)

        /// How many bytes it has.
        var length: Int {
            switch self {
            case .whole(let length), .unfinished(let length), .broken(let length): length
            }
        }

        /// How many bytes it has as text: what is not a character becomes U+FFFD.
        var textLength: Int {
            if case .whole(let length) = self { length } else { "\u{FFFD}".utf8.count }
        }
    }

    /// The character of more than one byte, or the broken one, at a position; nil at the end and for other ASCII.
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
    /// Where the last line feed is.
    var lastLineFeed: Int? {
        var index = endIndex
        while index > startIndex {
            index -= 1
            if base[index] == UInt8(ascii: "\n") { return index }
        }
        return nil
    }
}
