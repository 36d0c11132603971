import System

/// Parses JSON text (RFC 8259) into a tree, in one pass and in time linear in its length.
///
/// Strict: UTF-8 only, no comments, no trailing commas, no nesting deeper than ``depth``. A byte order mark at the
/// start is skipped (RFC 8259 §8.1). Of members with the same name, the first one counts.
struct JSONParser: ~Copyable {
    let bytes: UnsafeRawBufferPointer
    var position = 0
    private let depth: Int
    private var stack = JSONValueStack()
    // A buffer for strings with escape sequences, reused.
    var unescaped: [UInt8] = []

    /// - Parameters:
    ///   - bytes: must stay valid for as long as the parser is used.
    ///   - depth: the maximum nesting of lists and objects.
    init(_ bytes: UnsafeRawBufferPointer, depth: Int = WireJSON.wireDepth) {
        self.bytes = bytes
        self.depth = depth
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// Parses the whole text.
    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value(depthLeft: depth)
        guard next == nil else { throw unexpected("the end of the text") }
        return value
    }

    /// Returns the string member of the top-level object with this name.
    ///
    /// Stops there, and builds nothing, so that it also finds the string in texts that are nested too deeply or
    /// malformed further on.
    mutating func topLevelString(_ name: String) -> String? {
        guard skip("{") else { return nil }
        repeat {
            guard next == UInt8(ascii: "\""), let found = try? string(), skip(":") else { return nil }
            if found == name { return next == UInt8(ascii: "\"") ? try? string() : nil }
            guard skipValue() else { return nil }
        } while skip(",")
        return nil
    }

    // MARK: Values

    private mutating func value(depthLeft: Int) throws(JSONError) -> JSONValue {
        guard let first = next else { throw unexpected("a value") }
        switch first {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try members(depthLeft: depthLeft))
        case UInt8(ascii: "["): return .array(try elements(depthLeft: depthLeft))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t") where skipWord("true"): return .bool(true)
        case UInt8(ascii: "f") where skipWord("false"): return .bool(false)
        case UInt8(ascii: "n") where skipWord("null"): return .null
        default: throw unexpected("a value")
        }
    }

    private mutating func members(depthLeft: Int) throws(JSONError) -> [String: JSONValue] {
        try checkDepth(depthLeft)
        position += 1
        let start = stack.count
        if skip("}") { return [:] }
        repeat {
            guard next == UInt8(ascii: "\"") else { throw unexpected("the name of a member") }
            stack.push(.string(try string()))
            guard skip(":") else { throw unexpected("\":\"") }
            stack.push(try value(depthLeft: depthLeft - 1))
        } while skip(",")
        guard skip("}") else { throw unexpected("\",\" or \"}\"") }
        return stack.popObject(from: start)
    }

    private mutating func elements(depthLeft: Int) throws(JSONError) -> [JSONValue] {
        try checkDepth(depthLeft)
        position += 1
        let start = stack.count
        if skip("]") { return [] }
        repeat {
            stack.push(try value(depthLeft: depthLeft - 1))
        } while skip(",")
        guard skip("]") else { throw unexpected("\",\" or \"]\"") }
        return stack.popList(from: start)
    }

    private func checkDepth(_ left: Int) throws(JSONError) {
        guard left > 0 else { throw problem("nested more than \(depth) levels deep") }
    }

    /// Skips a value without validating it; returns false if it is incomplete.
    private mutating func skipValue() -> Bool {
        var open = 0
        repeat {
            switch next {
            case nil: return false
            case UInt8(ascii: "\""):
                guard (try? string()) != nil else { return false }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                open -= 1
                position += 1
            case UInt8(ascii: ",") where open == 0: return false
            default:
                position += 1
                // The characters of a number or a word.
                while open == 0, let byte = next, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}") { position += 1 }
            }
        } while open > 0
        return open == 0
    }

    // MARK: Bytes

    /// The next byte that is not white space, skipping white space.
    private var next: UInt8? {
        mutating get {
            while position < bytes.count {
                let byte = bytes[position]
                // Space, tab and line ends.
                guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
                position += 1
            }
            return nil
        }
    }

    /// Skips a character and the white space before it, if it is next.
    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipWord(_ word: StaticString) -> Bool {
        let isThere = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if isThere { position += word.utf8CodeUnitCount }
        return isThere
    }

    // MARK: Errors

    func unexpected(_ expected: String) -> JSONError {
        let found: String =
            switch position < bytes.count ? bytes[position] : nil {
            case nil: "the end of the text"
            case .some(let byte) where byte > 0x20 && byte < 0x7F: "\"\(Unicode.Scalar(byte))\""
            case .some(let byte): "the byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        return problem("expected \(expected), found \(found)")
    }

    /// Creates an error at the current position.
    func problem(_ words: String) -> JSONError {
        let before = bytes[..<position]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        // Bytes 0b10xx_xxxx continue a character (RFC 3629 §3).
        let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
        return JSONError(path: "", problem: "not valid JSON: line \(line), column \(column): \(words)")
    }
}

/// A stack of values until the surrounding list or object is complete, those of the innermost one on top.
///
/// They are moved in and out, so that none is copied, and each list and object is allocated once with its final size.
struct JSONValueStack: ~Copyable {
    private var values = UnsafeMutablePointer<JSONValue>.allocate(capacity: 64)
    private var capacity = 64
    private(set) var count = 0

    init() {}

    deinit {
        values.deinitialize(count: count)
        free(values)
    }

    @inline(__always)
    mutating func push(_ value: consuming JSONValue) {
        if count == capacity { grow() }
        (values + count).initialize(to: value)
        count += 1
    }

    /// Pops the values above the first `start` as a list.
    mutating func popList(from start: Int) -> [JSONValue] {
        defer { count = start }
        return Array(unsafeUninitializedCapacity: count - start) { [values, count] list, written in
            list.baseAddress?.moveInitialize(from: values + start, count: count - start)
            written = count - start
        }
    }

    /// Pops the values above the first `start`, alternating names and values, as an object. Of members with the same
    /// name, the first one counts.
    mutating func popObject(from start: Int) -> [String: JSONValue] {
        var members: [String: JSONValue] = Dictionary(minimumCapacity: (count - start) / 2)
        for index in stride(from: start, to: count - 1, by: 2) {
            let value = (values + index + 1).move()
            guard case .string(let name) = (values + index).move() else { continue }
            if let first = members.updateValue(value, forKey: name) { members[name] = first }
        }
        count = start
        return members
    }

    private mutating func grow() {
        capacity *= 2
        // Swift's values may be moved as bytes; realloc(3) moves large blocks by remapping pages.
        guard let moved = realloc(values, capacity * MemoryLayout<JSONValue>.stride) else {
            fatalError("out of memory")
        }
        values = moved.bindMemory(to: JSONValue.self, capacity: capacity)
    }
}
