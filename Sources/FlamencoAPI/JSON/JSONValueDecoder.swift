/// Decodes from a tree; the errors that it throws are ``JSONProblem``s, with the place and what was found there. Numbers are
/// as strict as in Foundation's decoder: whole ones may be written `3.0`.
struct JSONValueDecoder: Decoder {
    let value: JSONValue
    let userInfo: [CodingUserInfoKey: Any]
    private let place: Place

    /// Where a value is in the document, from the inside to the outside, so that going one step down costs the same at any
    /// depth.
    private indirect enum Place { case top, below(Place, any CodingKey) }

    init(_ value: JSONValue, in dialect: APIDialect? = nil) {
        self.init(value, at: .top, userInfo: [CodingUserInfoKey: any Sendable](dialect))
    }

    private init(_ value: JSONValue, at place: Place, userInfo: [CodingUserInfoKey: Any]) {
        self.value = value
        self.place = place
        self.userInfo = userInfo
    }

    var codingPath: [any CodingKey] {
        var path: [any CodingKey] = []
        var place = place
        while case .below(let outer, let key) = place {
            path.append(key)
            place = outer
        }
        return path.reversed()
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw mismatch("an object") }
        return KeyedDecodingContainer(MemberContainer(decoder: self, members: members))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch("a list") }
        return ElementContainer(decoder: self, elements: elements)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    private func mismatch(_ expected: String) -> JSONProblem {
        let found: String =
            switch value {
            case .bool, .integer, .number: value.description
            default: value.kind
            }
        return JSONProblem(path: JSONProblem.path(codingPath), problem: "expected \(expected), found \(found)")
    }

    fileprivate func missing(_ key: any CodingKey) -> JSONProblem {
        JSONProblem(path: JSONProblem.path(codingPath + [key]), problem: "missing")
    }

    fileprivate func at(_ key: any CodingKey, _ value: JSONValue) -> JSONValueDecoder {
        JSONValueDecoder(value, at: .below(place, key), userInfo: userInfo)
    }

    /// A part of this value, without a decoder of its own where none is needed.
    fileprivate func decode<Value: Decodable>(
        _ type: Value.Type, at key: @autoclosure () -> any CodingKey, _ part: JSONValue
    ) throws -> Value {
        if let plain = Self.common(type, part) { return plain }
        return try at(key(), part).decode(type)
    }

    /// The value as one of the types that nearly everything is made of.
    @inline(__always)
    private static func common<Value>(_ type: Value.Type, _ value: JSONValue) -> Value? {
        switch value {
        case .string(let text): if let same = same(text, as: type) { return same }
        case .integer(let number):
            if type == Int.self { return Int(exactly: number).flatMap { same($0, as: type) } }
            if type == Double.self { return same(Double(number), as: type) }
        case .number(let number): if let same = same(number, as: type) { return same }
        case .bool(let value): if let same = same(value, as: type) { return same }
        case .object(let members): if let same = same(members, as: type) { return same }
        case .array(let elements): if let same = same(elements, as: type) { return same }
        case .null: break
        }
        return same(value, as: type)
    }

    /// The value itself, if that is its type: much faster than a cast.
    @inline(__always)
    private static func same<Own, Value>(_ value: Own, as type: Value.Type) -> Value? {
        Own.self == type ? unsafeBitCast(value, to: type) : nil
    }
}

extension JSONValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value == .null }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let plain = Self.common(type, value) { return plain }
        guard let plain = type as? any PlainJSON.Type else { return try Value(from: self) }
        guard let value = plain.init(json: value) as? Value else { throw mismatch(plain.words) }
        return value
    }
}

/// An object.
private struct MemberContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: JSONValueDecoder
    let members: [String: JSONValue]

    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { members.keys.sorted().compactMap(Key.init) }

    func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }
    func decodeNil(forKey key: Key) throws -> Bool {
        if case .null = members[key.stringValue] ?? .null { true } else { false }
    }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try decoder.decode(type, at: key, try value(key))
    }
    func nestedContainer<Name: CodingKey>(keyedBy type: Name.Type, forKey key: Key) throws
        -> KeyedDecodingContainer<Name>
    {
        try superDecoder(forKey: key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try superDecoder(forKey: key).unkeyedContainer()
    }
    func superDecoder() -> any Decoder { decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder { decoder.at(key, try value(key)) }

    private func value(_ key: Key) throws -> JSONValue {
        guard let value = members[key.stringValue] else { throw decoder.missing(key) }
        return value
    }
}

/// A list.
private struct ElementContainer: UnkeyedDecodingContainer {
    let decoder: JSONValueDecoder
    let elements: [JSONValue]
    private(set) var currentIndex = 0

    init(decoder: JSONValueDecoder, elements: [JSONValue]) {
        self.decoder = decoder
        self.elements = elements
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, case .null = elements[currentIndex] else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let (index, value) = try next()
        return try decoder.decode(type, at: index, value)
    }
    mutating func nestedContainer<Name: CodingKey>(keyedBy type: Name.Type) throws -> KeyedDecodingContainer<Name> {
        try superDecoder().container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try superDecoder().unkeyedContainer()
    }
    mutating func superDecoder() throws -> any Decoder {
        let (index, value) = try next()
        return decoder.at(index, value)
    }

    private mutating func next() throws -> (Index, JSONValue) {
        let index = Index(intValue: currentIndex)
        guard !isAtEnd else { throw decoder.missing(index) }
        defer { currentIndex += 1 }
        return (index, elements[currentIndex])
    }

    private struct Index: CodingKey {
        let intValue: Int?
        var stringValue: String { intValue.map(String.init) ?? "" }

        init(intValue: Int) { self.intValue = intValue }
        init?(stringValue: String) { nil }
    }
}

/// A type that stands for one JSON value without parts.
private protocol PlainJSON {
    /// What it is, in the words of a message.
    static var words: String { get }
    init?(json: JSONValue)
}

extension String: PlainJSON {
    static var words: String { "a string" }
    init?(json: JSONValue) {
        guard case .string(let text) = json else { return nil }
        self = text
    }
}

extension Bool: PlainJSON {
    static var words: String { "true or false" }
    init?(json: JSONValue) {
        guard case .bool(let value) = json else { return nil }
        self = value
    }
}

extension PlainJSON where Self: FixedWidthInteger {
    static var words: String { bitWidth < 64 ? "a whole number from \(min) to \(max)" : "a whole number" }
    init?(json: JSONValue) {
        switch json {
        case .integer(let value): self.init(exactly: value)
        // A whole number of more than 64 bits was rounded, perhaps to one that just fits.
        case .number(let value) where value.magnitude < 0x1p63: self.init(exactly: value)
        default: return nil
        }
    }
}

extension PlainJSON where Self: BinaryFloatingPoint {
    static var words: String { "a number" }
    init?(json: JSONValue) {
        switch json {
        case .integer(let value): self.init(value)
        case .number(let value): self.init(value)
        default: return nil
        }
    }
}

extension Int: PlainJSON {}
extension Int8: PlainJSON {}
extension Int16: PlainJSON {}
extension Int32: PlainJSON {}
extension Int64: PlainJSON {}
extension UInt: PlainJSON {}
extension UInt8: PlainJSON {}
extension UInt16: PlainJSON {}
extension UInt32: PlainJSON {}
extension UInt64: PlainJSON {}
extension Float: PlainJSON {}
extension Double: PlainJSON {}
