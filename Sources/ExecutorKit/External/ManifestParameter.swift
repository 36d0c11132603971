import FlamencoAPI

/// A parameter that a manifest declares.
package struct ManifestParameter: Hashable, Sendable {
    /// The type of a parameter; numbers, strings and Booleans are distinguished as in ``ParameterDecoder``.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case string, integer, number, boolean, list, object, any
        /// A list of strings.
        case strings
        /// An absolute path, which must be allowed by the operator's rules.
        case path
        /// A list of such paths.
        case paths

        /// For error messages.
        var expectation: String {
            switch self {
            case .string: "a string"
            case .integer: "a whole number"
            case .number: "a number"
            case .boolean: "true or false"
            case .list: "a list"
            case .object: "an object"
            case .any: "any value"
            case .strings: "a list of strings"
            case .path: "an absolute path"
            case .paths: "a list of absolute paths"
            }
        }
    }

    package let name: String
    package let kind: Kind
    package let isRequired: Bool
    package let description: String?

    var summary: ExecutorSummary.Parameter {
        .init(name: name, type: kind.expectation, required: isRequired, description: description)
    }

    /// Returns the value of the parameter in its declared type; nil if it is optional and missing.
    ///
    /// - Throws: ``ParameterError``; ``PolicyViolation`` for paths that the operator does not allow.
    func value(in parameters: JSONValueDecoder, _ context: CommandContext) async throws -> JSONValue? {
        let came = try parameters.member(ParameterName(name))
        if came.decodeNil() {
            guard isRequired else { return nil }
            throw came.mismatch(kind.expectation)
        }
        switch kind {
        case .string: return .string(try came.decode(String.self))
        case .integer: return .integer(try came.decode(Int64.self))
        case .number: return try came.decode(JSONNumber.self).value
        case .boolean: return .bool(try came.decode(Bool.self))
        case .list: return .array(try came.decode([JSONValue].self))
        case .object: return .object(try came.decode([String: JSONValue].self))
        case .any: return came.value
        case .strings: return .array(try came.decode([String].self).map { .string($0) })
        case .path:
            return .string(try await context.absolutePath(came.decode(String.self), parameter: name))
        case .paths:
            var paths: [JSONValue] = []
            for (index, path) in try came.decode([String].self).enumerated() {
                paths.append(.string(try await context.absolutePath(path, parameter: "\(name)[\(index)]")))
            }
            return .array(paths)
        }
    }
}

/// A number, as an integer if possible.
private struct JSONNumber: Decodable {
    let value: JSONValue

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let whole = try? container.decode(Int64.self) {
            value = .integer(whole)
        } else {
            value = .number(try container.decode(Double.self))
        }
    }
}

private struct ParameterName: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { return nil }
}
