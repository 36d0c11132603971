public import FoundationEssentials

/// JSON as it goes over the wire, in both directions.
public enum WireJSON {
    /// `value` as compact JSON, members in the order of their names, so that equal values are equal bytes.
    ///
    /// - Throws: `EncodingError`, for numbers that JSON cannot express (infinity, not-a-number).
    public static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    /// The value that `data` holds; fields that the type does not know are passed over.
    ///
    /// - Throws: ``JSONProblem``, which says in one sentence where the text is wrong and what was expected.
    public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws(JSONProblem) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw JSONProblem(error, decoding: type, from: data)
        }
    }
}
