/// A regular expression that is searched for in lines, in linear time, whatever the line contains.
///
/// The supported subset: characters; `.`; classes such as `[a-z_]` and `[^,]` of ASCII characters; `\d \D \w \W \s \S`,
/// `\t`, `\xHH`, `\uHHHH`; groups `( )`, `(?: )` and `(?<name> )`; `|`; `* + ?`, `{n}`, `{n,}` and `{n,m}`, including
/// lazy forms; `^ $ \b \B`; `(?i)` at the beginning or `(?i: )`, for ASCII letters. Back references, lookahead and
/// lookbehind are not supported: no known engine supports them in linear time.
package struct LinePattern: Hashable, Sendable {
    /// The expression as written.
    package let text: String
    let program: PatternProgram
    /// Texts of which every matching line contains at least one; empty if there are none of sufficient length.
    let fixedTexts: [FixedText]

    /// Creates an expression.
    ///
    /// - Throws: ``PatternError``.
    package init(_ text: String) throws(PatternError) {
        self.text = text
        var parser = PatternParser(text)
        let node = try parser.parse()
        program = try PatternProgram(node)
        fixedTexts = FixedText.required(by: node)
    }

    /// Whether lines that cannot match are skipped quickly.
    package var isFast: Bool { !fixedTexts.isEmpty }
}

/// A problem in an expression.
package struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The character with the problem, counted from 1.
    package let position: Int
    /// The problem, without a full stop.
    package let reason: String

    /// One sentence without a full stop.
    package var description: String { "at character \(position): \(reason)" }
}

/// The parts of an expression, in terms of bytes: characters beyond ASCII are sequences of bytes in UTF-8.
indirect enum PatternNode: Hashable, Sendable {
    enum Assertion: Hashable, Sendable { case lineStart, lineEnd, wordBoundary, noWordBoundary }

    /// One byte of a set.
    case byte(ByteSet)
    case assertion(Assertion)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// A repetition within these bounds; unlimited if `most` is nil.
    case repeated(PatternNode, least: Int, most: Int?)
}

/// A set of bytes.
struct ByteSet: Hashable, Sendable {
    private var words: SIMD4<UInt64> = .zero

    init() {}

    init(_ bytes: some Sequence<UInt8>) { bytes.forEach { insert($0) } }

    func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] & (1 << UInt64(byte & 63)) != 0 }
    mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    mutating func formUnion(_ other: ByteSet) { words |= other.words }

    /// The ASCII characters that are not in the set.
    var asciiComplement: ByteSet {
        ByteSet((0..<0x80).filter { !contains($0) })
    }

    /// The set with the other case of every ASCII letter.
    var ignoringCase: ByteSet {
        ByteSet((0...UInt8.max).filter { contains($0) || Self.isLetter($0) && contains($0 ^ 0x20) })
    }

    /// The bytes, if there are at most two.
    var few: [UInt8]? {
        let count = (0..<4).reduce(0) { $0 + words[$1].nonzeroBitCount }
        return count > 2 ? nil : (0...UInt8.max).filter(contains)
    }

    static let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
    static let spaces = ByteSet([0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D])
    static let letters = ByteSet((0...UInt8.max).filter(isLetter))
    static let word = {
        var set = digits
        set.formUnion(letters)
        set.insert(UInt8(ascii: "_"))
        return set
    }()

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}

extension PatternNode {
    /// One character beyond ASCII, or an invalid byte.
    static let beyondASCII: PatternNode = {
        let next = PatternNode.byte(ByteSet(0x80...0xBF))
        func lead(_ bytes: ClosedRange<UInt8>, _ count: Int) -> PatternNode {
            .sequence([.byte(ByteSet(bytes))] + Array(repeating: next, count: count))
        }
        var stray = ByteSet(0x80...0xC1)
        stray.formUnion(ByteSet(0xF5...0xFF))
        return .choice([lead(0xC2...0xDF, 1), lead(0xE0...0xEF, 2), lead(0xF0...0xF4, 3), .byte(stray)])
    }()

    /// Any character.
    static let any = PatternNode.choice([.byte(ByteSet(0...0x7F)), beyondASCII])
}
