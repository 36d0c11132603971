/// A value among the parameters, on its own.
struct SingleParameter: SingleValueDecodingContainer {
    let parameter: ParameterValue

    var codingPath: [any CodingKey] { parameter.codingPath }

    func decodeNil() -> Bool { parameter.isNull }

    // This one serves the requirements for `Bool`, `String`, `Int`, … as well.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try parameter.decode(type) }
}
