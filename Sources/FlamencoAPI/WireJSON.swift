public import FoundationEssentials

/// JSON as it goes over the wire, in both directions.
public enum WireJSON {
    /// `value` as compact JSON, members in the order of their names, so that equal values are equal bytes.
    ///
    /// - Parameter dialect: whose field names and statuses to use; without one, everything is written, for the same program
    ///   to read it back.
    /// - Throws: `EncodingError`, for numbers that JSON cannot express (infinity, not-a-number).
    public static func encode(_ value: some Encodable, in dialect: APIDialect? = nil) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.userInfo = .init(dialect)
        return try encoder.encode(value)
    }

    /// The value that `data` holds; fields that the type does not know are passed over.
    ///
    /// - Throws: ``JSONProblem``, which says in one sentence where the text is wrong and what was expected.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from data: Data, in dialect: APIDialect? = nil
    ) throws(JSONProblem) -> Value {
        do {
            let decoder = JSONDecoder()
            decoder.userInfo = .init(dialect)
            return try decoder.decode(type, from: data)
        } catch {
            throw JSONProblem(error, decoding: type, from: data, in: dialect)
        }
    }
}
