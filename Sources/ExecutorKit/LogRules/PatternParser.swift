/// Parses an expression from left to right.
struct PatternParser {
    private static let deepest = 50
    private static let mostRepetitions = 1000

    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var ignoresCase = false

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    /// Parses the whole expression.
    mutating func parse() throws(PatternError) -> PatternNode {
        if scalars.isEmpty { throw problem("the expression is empty") }
        let node = try choice()
        if peek != nil { throw problem("unmatched \")\"") }
        return node
    }

    // MARK: Characters

    private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func skip(_ text: String) -> Bool {
        guard scalars[position...].starts(with: text.unicodeScalars) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    private func problem(_ reason: String, at place: Int? = nil) -> PatternError {
        PatternError(position: (place ?? position) + 1, reason: reason)
    }

    // MARK: Structure

    private mutating func choice() throws(PatternError) -> PatternNode {
        var branches = [try sequence()]
        while skip("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let next = peek, next != "|", next != ")" {
            let start = position
            guard let atom = try atom() else { continue }
            nodes.append(try repetitions(of: atom, from: start))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    /// Nil for a construct that only affects how the rest is parsed.
    private mutating func atom() throws(PatternError) -> PatternNode? {
        let start = position
        let scalar = scalars[position]
        position += 1
        switch scalar {
        case ".": return .any
        case "^": return .assertion(.lineStart)
        case "$": return .assertion(.lineEnd)
        case "(": return try group(from: start)
        case "[": return try characterClass(from: start)
        case "\\": return try escape(from: start)
        case "*", "+", "?": throw problem("\"\(scalar)\" has nothing to repeat", at: start)
        default: return literal(scalar)
        }
    }

    private mutating func group(from start: Int) throws(PatternError) -> PatternNode? {
        let ignoredCase = ignoresCase
        if skip("?i)") {
            guard start == 0 else { throw problem("\"(?i)\" is only allowed at the beginning", at: start) }
            ignoresCase = true
            return nil
        }
        if skip("?i:") {
            ignoresCase = true
        } else if skip("?=") || skip("?!") || skip("?<=") || skip("?<!") {
            throw problem("lookahead and lookbehind are not supported", at: start)
        } else if skip("?<") || skip("?P<") {
            while let next = peek, next != ">" { position += next == ")" ? scalars.count : 1 }
            guard skip(">") else { throw problem("the name of the group is not closed", at: start) }
        } else if peek == "?", !skip("?:") {
            throw problem("this kind of group is not supported", at: start)
        }
        depth += 1
        if depth > Self.deepest { throw problem("groups are nested too deeply", at: start) }
        let node = try choice()
        depth -= 1
        ignoresCase = ignoredCase
        guard skip(")") else { throw problem("the group is not closed", at: start) }
        return node
    }

    private mutating func repetitions(
        of atom: PatternNode, from start: Int
    ) throws(PatternError) -> PatternNode {
        let place = position
        guard let (least, most) = try bounds() else { return atom }
        if case .assertion = atom { throw problem("an assertion cannot be repeated", at: start) }
        _ = skip("?")  // Which of several matches is found makes no difference.
        if peek == "+" || peek == "*" || peek == "?" { throw problem("a repetition is repeated") }
        if let most, most < least {
            throw problem("the minimum of the repetition is larger than its maximum", at: place)
        }
        return .repeated(atom, least: least, most: most)
    }

    private mutating func bounds() throws(PatternError) -> (Int, Int?)? {
        if skip("*") { return (0, nil) }
        if skip("+") { return (1, nil) }
        if skip("?") { return (0, 1) }
        let start = position
        guard skip("{") else { return nil }
        // Braces without numbers are literal characters, as elsewhere.
        guard let least = number() else {
            position = start
            return nil
        }
        var most: Int? = least
        if skip(",") { most = number() }
        guard skip("}") else {
            position = start
            return nil
        }
        guard max(least, most ?? 0) <= Self.mostRepetitions else {
            throw problem("more than \(Self.mostRepetitions) repetitions are not supported", at: start)
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        let start = position
        while let next = peek, ("0"..."9").contains(next), position - start < 6 { position += 1 }
        return Int(String(String.UnicodeScalarView(scalars[start..<position])))
    }

    // MARK: Sets of characters

    private func literal(_ scalar: Unicode.Scalar) -> PatternNode {
        let bytes = Array(String(Character(scalar)).utf8)
        let nodes = bytes.map { byte in
            PatternNode.byte(ignoresCase ? ByteSet([byte]).ignoringCase : ByteSet([byte]))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func escape(from start: Int) throws(PatternError) -> PatternNode {
        if skip("b") { return .assertion(.wordBoundary) }
        if skip("B") { return .assertion(.noWordBoundary) }
        if skip("A") { return .assertion(.lineStart) }
        if skip("z") || skip("Z") { return .assertion(.lineEnd) }
        if let (set, isNegated) = namedSet() {
            return isNegated ? .choice([.byte(set.asciiComplement), .beyondASCII]) : .byte(set)
        }
        return literal(try escapedCharacter(from: start))
    }

    private mutating func namedSet() -> (ByteSet, isNegated: Bool)? {
        for (name, set) in [("d", ByteSet.digits), ("w", .word), ("s", .spaces)] {
            if skip(name) { return (set, false) }
            if skip(name.uppercased()) { return (set, true) }
        }
        return nil
    }

    private mutating func escapedCharacter(from start: Int) throws(PatternError) -> Unicode.Scalar {
        guard let scalar = peek else { throw problem("trailing backslash", at: start) }
        position += 1
        switch scalar {
        case "t": return "\t"
        case "n": return "\n"
        case "r": return "\r"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "x": return try hexadecimal(2, from: start)
        case "u": return try hexadecimal(4, from: start)
        case "0"..."9", "k": throw problem("back references are not supported", at: start)
        case "a"..."z", "A"..."Z": throw problem("\"\\\(scalar)\" is not supported", at: start)
        default: return scalar
        }
    }

    private mutating func hexadecimal(_ count: Int, from start: Int) throws(PatternError) -> Unicode.Scalar {
        let digits = String(String.UnicodeScalarView(scalars[position...].prefix(count)))
        guard digits.count == count, digits.allSatisfy(\.isHexDigit),
            let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
        else { throw problem("expected \(count) hexadecimal digits of a character", at: start) }
        position += count
        return scalar
    }

    private mutating func characterClass(from start: Int) throws(PatternError) -> PatternNode {
        let isNegated = skip("^")
        var set = ByteSet()
        var others: [PatternNode] = []
        var hasBeyondASCII = false
        var isFirst = true
        while true {
            guard let next = peek else { throw problem("the class is not closed", at: start) }
            if next == "]", !isFirst { break }
            isFirst = false
            let place = position
            position += 1
            var first = next
            if next == "\\" {
                if let (named, isComplement) = namedSet() {
                    set.formUnion(isComplement ? named.asciiComplement : named)
                    hasBeyondASCII = hasBeyondASCII || isComplement
                    continue
                }
                first = skip("b") ? "\u{08}" : try escapedCharacter(from: place)
            }
            var last = first
            if peek == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                position += 1
                last = scalars[position]
                position += 1
                if last == "\\" { last = try escapedCharacter(from: position - 1) }
                if last < first { throw problem("the range is reversed", at: place) }
            }
            if last.isASCII {
                set.formUnion(ByteSet(UInt8(first.value)...UInt8(last.value)))
            } else {
                guard first == last, !isNegated else {
                    throw problem("ranges and classes with \"^\" support only ASCII characters", at: place)
                }
                others.append(literal(first))
            }
        }
        position += 1
        if ignoresCase { set = set.ignoringCase }
        if isNegated {
            return hasBeyondASCII ? .byte(set.asciiComplement) : .choice([.byte(set.asciiComplement), .beyondASCII])
        }
        if hasBeyondASCII { others.append(.beyondASCII) }
        return others.isEmpty ? .byte(set) : .choice([.byte(set)] + others)
    }
}
