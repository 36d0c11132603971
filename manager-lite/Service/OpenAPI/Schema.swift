import FlamencoAPI

/// Short forms of OpenAPI 3.0 schemas ("Schema Object").
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
    /// A timestamp (RFC 3339).
    static let time: JSONValue = ["type": "string", "format": "date-time"]
    /// An object with members of any names.
    static let members: JSONValue = ["type": "object", "additionalProperties": true]
    /// An object with strings of any names.
    static let texts = map(of: text)
    static let texty = list(of: text)
    /// A 64-bit whole number.
    static let integer = integer(Int64.min...Int64.max)
    /// A number of things.
    static let count = integer(0...Int64.max)

    static func integer(_ range: ClosedRange<Int64>) -> JSONValue {
        [
            "type": "integer", "format": "int64", "minimum": .integer(range.lowerBound),
            "maximum": .integer(range.upperBound),
        ]
    }

    static func list(of element: JSONValue) -> JSONValue { ["type": "array", "items": element] }

    static func map(of element: JSONValue) -> JSONValue { ["type": "object", "additionalProperties": element] }

    /// A string with one of these values.
    static func words(_ words: [String]) -> JSONValue {
        ["type": "string", "enum": .array(words.map { .string($0) })]
    }

    /// A string with one of these values of an enumeration.
    static func words(_ words: [some WireEnum]) -> JSONValue { self.words(words.map(\.spelling)) }

    /// A reference to a schema.
    static func named(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/" + name)] }

    /// An object with required members.
    ///
    /// - Parameters:
    ///   - summary: its description.
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

    /// An object in a request: optional members may also be `null`.
    static func request(
        _ summary: String, _ required: [String: JSONValue], optional: [String: JSONValue] = [:]
    ) -> JSONValue {
        object(summary, required, optional: optional.mapValues(orNull))
    }

    /// The combination of two objects.
    static func both(_ first: JSONValue, _ second: JSONValue) -> JSONValue { ["allOf": [first, second]] }

    /// A schema that also allows `null`. In OpenAPI 3.0, siblings of a reference are ignored, so a reference is
    /// wrapped, and an enumeration must include `null`.
    private static func orNull(_ schema: JSONValue) -> JSONValue {
        guard case .object(var members) = schema else { return schema }
        if members["$ref"] != nil { return ["allOf": [schema], "nullable": true] }
        members["nullable"] = true
        if case .array(let words) = members["enum"] { members["enum"] = .array(words + [.null]) }
        return .object(members)
    }
}
