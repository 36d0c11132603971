/// Decodes from a `JSONValue`, in order to say exactly what is wrong: the errors that it throws are ``JSONProblem``s, with
/// the place and what was found there. Numbers are as strict as in Foundation's decoder: whole ones may be written `3.0`.
struct JSONValueDecoder: Decoder {
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any]
    fileprivate let value: JSONValue

    init(_ value: JSONValue, in dialect: APIDialect? = nil) {
        self.init(value, at: [], userInfo: [CodingUserInfoKey: any Sendable](dialect))
    }

    private init(_ value: JSONValue, at codingPath: [any CodingKey], userInfo: [CodingUserInfoKey: Any]) {
        self.value = value
        self.userInfo = userInfo
        self.codingPath = codingPath
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

    fileprivate func mismatch(_ expected: String) -> JSONProblem {
        let found: String =
            switch value {
            case .bool, .integer, .number: value.description
            default: value.kind
            }
        return JSONProblem(path: JSONProblem.path(codingPath), problem: "expected \(expected), found \(found)")
    }

    fileprivate func at(_ key: any CodingKey, _ value: JSONValue) -> JSONValueDecoder {
        JSONValueDecoder(value, at: codingPath + [key], userInfo: userInfo)
    }
}

extension JSONValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value == .null }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
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
    func decodeNil(forKey key: Key) throws -> Bool { members[key.stringValue] ?? .null == .null }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try member(key).decode(type)
    }
    func nestedContainer<Name: CodingKey>(keyedBy type: Name.Type, forKey key: Key) throws
        -> KeyedDecodingContainer<Name>
    {
        try member(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try member(key).unkeyedContainer()
    }
    func superDecoder() -> any Decoder { decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }

    private func member(_ key: Key) throws -> JSONValueDecoder {
        guard let value = members[key.stringValue] else {
            throw JSONProblem(path: JSONProblem.path(codingPath + [key]), problem: "missing")
        }
        return decoder.at(key, value)
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
        guard !isAtEnd, elements[currentIndex] == .null else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().decode(type) }
    mutating func nestedContainer<Name: CodingKey>(keyedBy type: Name.Type) throws -> KeyedDecodingContainer<Name> {
        try next().container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }

    private mutating func next() throws -> JSONValueDecoder {
        let index = Index(intValue: currentIndex)
        guard !isAtEnd else {
            throw JSONProblem(path: JSONProblem.path(codingPath + [index]), problem: "missing")
        }
        defer { currentIndex += 1 }
        return decoder.at(index, elements[currentIndex])
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
        case .number(let value): self.init(exactly: value)
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
