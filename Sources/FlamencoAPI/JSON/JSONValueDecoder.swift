/// Decodes a tree with a policy.
package struct JSONValueDecoder: Decoder {
    /// The value; null where there is none.
    package let value: JSONValue
    private let isMissing: Bool
    private let place: Place
    private let context: Context
    /// The allowed values of the enumeration that is decoded from this value.
    private var choices: String?

    /// What is shared within a document.
    private final class Context {
        let policy: JSONDecodingPolicy
        let userInfo: [CodingUserInfoKey: Any]

        init(policy: JSONDecodingPolicy, userInfo: [CodingUserInfoKey: Any]) {
            self.policy = policy
            self.userInfo = userInfo
        }
    }

    /// The place of a value in the document, from the inside to the outside, so that descending costs the same at any
    /// depth.
    private indirect enum Place { case top, below(Place, any CodingKey) }

    init(_ value: JSONValue, in dialect: APIDialect? = nil) {
        self.init(
            value, at: .top,
            Context(policy: .strict, userInfo: [CodingUserInfoKey: any Sendable](dialect)))
    }

    /// Creates a decoder for a whole tree.
    package init(_ value: JSONValue, _ policy: JSONDecodingPolicy) {
        self.init(value, at: .top, Context(policy: policy, userInfo: [:]))
    }

    private init(_ value: JSONValue?, at place: Place, _ context: Context) {
        self.value = value ?? .null
        isMissing = value == nil
        self.place = place
        self.context = context
    }

    package var userInfo: [CodingUserInfoKey: Any] { context.userInfo }

    package var codingPath: [any CodingKey] {
        var path: [any CodingKey] = []
        var place = place
        while case .below(let outer, let key) = place {
            path.append(key)
            place = outer
        }
        return path.reversed()
    }

    package func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw mismatch("an object") }
        return KeyedDecodingContainer(MemberContainer(decoder: self, members: members))
    }

    package func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch("a list") }
        return ElementContainer(decoder: self, elements: elements)
    }

    package func singleValueContainer() -> any SingleValueDecodingContainer { self }

    // MARK: Parts

    /// Returns the decoder of a member; lenient decoders also have one for a missing member.
    package func member(_ key: any CodingKey) throws -> JSONValueDecoder { try at(key, value[key.stringValue]) }

    fileprivate func at(_ key: any CodingKey, _ part: JSONValue?) throws -> JSONValueDecoder {
        if part == nil, !context.policy.isLenient { throw context.policy.error(codingPath + [key], "a value", nil) }
        return JSONValueDecoder(part, at: .below(place, key), context)
    }

    /// Decodes a part of this value, without a separate decoder if possible.
    fileprivate func decode<Value: Decodable>(
        _ type: Value.Type, at key: @autoclosure () -> any CodingKey, _ part: JSONValue?
    ) throws -> Value {
        if let part, let plain = common(type, part) { return plain }
        return try at(key(), part).decode(type)
    }

    /// Decodes the value as one of the most common types.
    @inline(__always)
    private func common<Value>(_ type: Value.Type, _ value: JSONValue) -> Value? {
        switch value {
        case .string(let text): if let same = Self.same(text, as: type) { return same }
        case .integer(let number):
            if type == Int.self { return Int(exactly: number).flatMap { Self.same($0, as: type) } }
            if type == Double.self, !context.policy.isLenient { return Self.same(Double(number), as: type) }
        case .number(let number): if let same = Self.same(number, as: type) { return same }
        case .bool(let value): if let same = Self.same(value, as: type) { return same }
        case .object(let members): if let same = Self.same(members, as: type) { return same }
        case .array(let elements): if let same = Self.same(elements, as: type) { return same }
        case .null: break
        }
        return Self.same(value, as: type)
    }

    /// Returns the value itself, if it has that type: much faster than a cast.
    @inline(__always)
    private static func same<Own, Value>(_ value: Own, as type: Value.Type) -> Value? {
        Own.self == type ? unsafeBitCast(value, to: type) : nil
    }

    // MARK: Errors

    /// Creates the error for what was expected here.
    package func mismatch(_ expected: String) -> any Error {
        context.policy.error(codingPath, choices ?? expected, isMissing ? JSONValue?.none : value)
    }

    /// Converts an error of a type with its own decoding to an error of the policy.
    private func error(for error: DecodingError) -> any Error {
        let (path, expected) =
            switch error {
            case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
                (context.codingPath, JSONShape.expectation(of: type))
            case .keyNotFound(let key, let context): (context.codingPath + [key], "a value")
            case .dataCorrupted(let context): (context.codingPath, "valid (\(context.debugDescription))")
            @unknown default: (codingPath, "valid")
            }
        // A lenient decoder has parts for anything that could exist.
        let part = try? path.dropFirst(codingPath.count).reduce(self) { try $0.part($1) }
        return (part ?? self).mismatch(expected)
    }

    private func part(_ key: any CodingKey) throws -> JSONValueDecoder {
        guard case .array(let elements) = value, let index = key.intValue else { return try member(key) }
        return try at(key, elements.indices.contains(index) ? elements[index] : JSONValue?.none)
    }
}

extension JSONValueDecoder: SingleValueDecodingContainer {
    package func decodeNil() -> Bool { value == .null }

    package func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if !isMissing, let plain = common(type, value) { return plain }
        if let scalar = type as? any JSONScalar.Type {
            let json = context.policy.isLenient ? scalar.init(leniently: value) : scalar.init(strictly: value)
            guard let result = json as? Value else { throw mismatch(scalar.expectation(insteadOf: value)) }
            return result
        }
        return try context.policy.isLenient ? decodeLeniently(type) : Value(from: self)
    }

    private func decodeLeniently<Value: Decodable>(_ type: Value.Type) throws -> Value {
        switch (JSONShape(of: type), value) {
        case (.optional, _), (.list, .array), (.object, .object): break
        case (.other, _) where !isMissing: break
        default: throw mismatch(JSONShape.expectation(of: type))
        }
        var decoder = self
        decoder.choices = JSONShape.choices(of: type)
        do {
            return try Value(from: decoder)
        } catch let error as DecodingError {
            throw decoder.error(for: error)
        }
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
        try decoder.decode(type, at: key, members[key.stringValue])
    }
    func nestedContainer<Name: CodingKey>(keyedBy type: Name.Type, forKey key: Key) throws
        -> KeyedDecodingContainer<Name>
    {
        try superDecoder(forKey: key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try superDecoder(forKey: key).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { try decoder.member(SuperKey()) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder.at(key, members[key.stringValue]) }
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
    var isAtEnd: Bool { currentIndex >= elements.count }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, case .null = elements[currentIndex] else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try decoder.decode(type, at: JSONIndex(currentIndex), current)
        currentIndex += 1
        return value
    }
    mutating func nestedContainer<Name: CodingKey>(keyedBy type: Name.Type) throws -> KeyedDecodingContainer<Name> {
        let container = try currentDecoder().container(keyedBy: type)
        currentIndex += 1
        return container
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try currentDecoder().unkeyedContainer()
        currentIndex += 1
        return container
    }
    mutating func superDecoder() throws -> any Decoder {
        let decoder = try currentDecoder()
        currentIndex += 1
        return decoder
    }

    private var current: JSONValue? { isAtEnd ? JSONValue?.none : elements[currentIndex] }
    private func currentDecoder() throws -> JSONValueDecoder { try decoder.at(JSONIndex(currentIndex), current) }
}

/// An index in a list.
package struct JSONIndex: CodingKey {
    /// Counted from 0.
    package let index: Int

    init(_ index: Int) { self.index = index }
    package init(intValue: Int) { index = intValue }
    package init?(stringValue: String) { nil }

    package var intValue: Int? { index }
    package var stringValue: String { String(index) }
}

/// The key under which the standard library decodes the superclass of a class.
private struct SuperKey: CodingKey {
    let stringValue = "super"
    let intValue: Int? = nil

    init() {}
    init?(stringValue: String) { nil }
    init?(intValue: Int) { nil }
}
