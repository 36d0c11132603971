import FlamencoAPI

/// Schemas as OpenAPI 3.0 has them ("Schema Object"), in few words.
enum Schema {
    /// Any JSON value.
    static let anything: JSONValue = [:]
    static let text: JSONValue = ["type": "string"]
    static let flag: JSONValue = ["type": "boolean"]
    static let number: JSONValue = ["type": "number", "format": "double"]
    /// Bytes.
    static let binary: JSONValue = ["type": "string", "format": "binary"]
    /// A UUID.
    static let identity: JSONValue = ["type": "string", "format": "uuid"]
    /// A point in time (RFC 3339).
    static let time: JSONValue = ["type": "string", "format": "date-time"]
    /// An object with members of any names.
    static let members: JSONValue = ["type": "object", "additionalProperties": true]
    /// An object with texts of any names.
    static let texts = map(of: text)
    static let texty = list(of: text)
    /// A whole number that 64 bits can hold.
    static let integer = integer(Int64.min...Int64.max)
    /// A whole number of things.
    static let count = integer(0...Int64.max)

    static func integer(_ range: ClosedRange<Int64>) -> JSONValue {
        [
            "type": "integer", "format": "int64", "minimum": .integer(range.lowerBound),
            "maximum": .integer(range.upperBound),
        ]
    }

    static func list(of element: JSONValue) -> JSONValue { ["type": "array", "items": element] }

    static func map(of element: JSONValue) -> JSONValue { ["type": "object", "additionalProperties": element] }

    /// One of a few words.
    static func words(_ words: [String]) -> JSONValue {
        ["type": "string", "enum": .array(words.map { .string($0) })]
    }

    /// One of a few words of the wire.
    static func words(_ words: [some WireEnum]) -> JSONValue { self.words(words.map(\.spelling)) }

    /// The schema of this name.
    static func named(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/" + name)] }

    /// An object, whose members are all there.
    ///
    /// - Parameters:
    ///   - summary: what it is.
    ///   - optional: members that may be missing.
    static func object(
        _ summary: String, _ required: [String: JSONValue], optional: [String: JSONValue] = [:]
    ) -> JSONValue {
        var schema: [String: JSONValue] = [
            "type": "object", "description": .string(summary),
            "properties": .object(required.merging(optional) { first, _ in first }),
        ]
        if !required.isEmpty { schema["required"] = .array(required.keys.sorted().map { .string($0) }) }
        return .object(schema)
    }

    /// An object that somebody sends: what may be missing may be `null` as well.
    static func request(
        _ summary: String, _ required: [String: JSONValue], optional: [String: JSONValue] = [:]
    ) -> JSONValue {
        object(summary, required, optional: optional.mapValues(orNull))
    }

    /// Two objects in one.
    static func both(_ first: JSONValue, _ second: JSONValue) -> JSONValue { ["allOf": [first, second]] }

    /// What may be `null` too. In OpenAPI 3.0 nothing counts beside a reference, so that one is wrapped, and a list of words
    /// has to name `null`.
    private static func orNull(_ schema: JSONValue) -> JSONValue {
        guard case .object(var members) = schema else { return schema }
        if members["$ref"] != nil { return ["allOf": [schema], "nullable": true] }
        members["nullable"] = true
        if case .array(let words) = members["enum"] { members["enum"] = .array(words + [.null]) }
        return .object(members)
    }
}
