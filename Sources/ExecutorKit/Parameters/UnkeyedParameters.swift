import FlamencoAPI

/// The elements of a list among the parameters, one after another.
struct UnkeyedParameters: UnkeyedDecodingContainer {
    let list: ParameterValue
    let elements: [JSONValue]
    private(set) var currentIndex = 0

    init(list: ParameterValue, elements: [JSONValue]) {
        self.list = list
        self.elements = elements
    }

    var codingPath: [any CodingKey] { list.codingPath }

    var count: Int? { elements.count }

    var isAtEnd: Bool { currentIndex >= elements.count }

    mutating func decodeNil() -> Bool {
        guard !isAtEnd, current.isNull else { return false }
        currentIndex += 1
        return true
    }

    // This one serves the requirements for `Bool`, `String`, `Int`, … as well.
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try advance { try $0.decode(type) }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try advance { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try advance { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { advance { $0 } }

    private var current: ParameterValue { list.child(at: ParameterIndex(currentIndex)) }

    /// Goes on only when the element was taken: the contract of `UnkeyedDecodingContainer`.
    private mutating func advance<Result>(_ take: (ParameterValue) throws -> Result) rethrows -> Result {
        let result = try take(current)
        currentIndex += 1
        return result
    }
}
