public import FoundationEssentials

/// JSON as it goes over the wire, in both directions.
public enum WireJSON {
    /// How deep lists and objects may be nested in what comes over the wire.
    public static let wireDepth = 64

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
    /// Takes JSON as RFC 8259 has it, in UTF-8, and nothing more: no comments, no comma behind the last element. Of members
    /// with the same name the first one counts. Takes time in proportion to the length of the text.
    ///
    /// - Parameter depth: how deep lists and objects may be nested.
    /// - Throws: ``JSONProblem``, which says in one sentence where the text is wrong and what was expected.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from data: Data, in dialect: APIDialect? = nil, depth: Int = wireDepth
    ) throws(JSONProblem) -> Value {
        try decode(type, from: parse(data, depth: depth), in: dialect)
    }

    /// The value that a tree holds; fields that the type does not know are passed over.
    ///
    /// - Throws: ``JSONProblem``, which says in one sentence what was expected where.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from tree: JSONValue, in dialect: APIDialect? = nil
    ) throws(JSONProblem) -> Value {
        do {
            return try JSONValueDecoder(tree, in: dialect).decode(type)
        } catch {
            throw JSONProblem(error)
        }
    }

    /// The tree that `data` holds; see ``decode(_:from:in:depth:)``.
    public static func parse(_ data: Data, depth: Int = wireDepth) throws(JSONProblem) -> JSONValue {
        try data.withUnsafeBytes { bytes in
            Result { () throws(JSONProblem) in
                var parser = JSONParser(bytes, depth: depth)
                return try parser.document()
            }
        }.get()
    }

    /// The string that the object in `data` has under this name, whatever is wrong with the rest of it.
    public static func topLevelString(_ name: String, in data: Data) -> String? {
        data.withUnsafeBytes { bytes in
            var parser = JSONParser(bytes)
            return parser.topLevelString(name)
        }
    }
}
