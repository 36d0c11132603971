import FlamencoAPI

/// The members of an object among the parameters.
struct KeyedParameters<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: ParameterValue
    let members: [String: JSONValue]

    var codingPath: [any CodingKey] { object.codingPath }

    var allKeys: [Key] { members.keys.sorted().compactMap(Key.init(stringValue:)) }

    func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }

    func decodeNil(forKey key: Key) -> Bool { object.child(at: key).isNull }

    // This one serves the requirements for `Bool`, `String`, `Int`, … as well.
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try object.child(at: key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try object.child(at: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try object.child(at: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { object.child(at: SuperKey()) }

    func superDecoder(forKey key: Key) throws -> any Decoder { object.child(at: key) }
}

/// Where the standard library looks for the superclass of a class.
private struct SuperKey: CodingKey {
    let stringValue = "super"
    let intValue: Int? = nil

    init() {}
    init?(stringValue: String) { return nil }
    init?(intValue: Int) { return nil }
}
