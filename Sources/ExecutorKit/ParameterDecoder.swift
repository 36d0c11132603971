package import FlamencoAPI

/// Decodes the parameters of a command into a typed value.
///
/// Jobs are written by users and scripts that do not distinguish `24`, `24.0` and `"24"`, so decoding is lenient where
/// nothing can be lost, and strict otherwise:
///
/// - A number, `true` or `false` is converted to a string where a string is declared: `24` and `24.0` become `24`,
///   `0.5` stays `0.5`.
/// - A whole number is converted to a `Double`, and a number without a fraction to a whole number; `2.5` where a whole
///   number is declared is an error, and so is a number that the declared type cannot represent.
/// - Strings are never converted to numbers, and only `true` and `false` are accepted as a `Bool`.
/// - A missing parameter is equivalent to null: allowed for an optional, otherwise an error.
/// - Unknown parameters are ignored.
package enum ParameterDecoder {
    /// Decodes parameters.
    ///
    /// - Throws: ``ParameterError`` with the parameter, what was expected and what was found; other errors only if the
    ///   type itself throws them while it is decoded.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from parameters: [String: JSONValue]
    ) throws -> Value {
        try decoder(for: .object(parameters)).decode(type)
    }

    /// Returns a decoder for these parameters.
    static func decoder(for parameters: JSONValue) -> JSONValueDecoder {
        JSONValueDecoder(
            parameters,
            .lenient { place, expected, found in
                ParameterError(parameter: name(of: place), expected: expected, found: found.map(\.shownInErrors))
            })
    }

    /// Returns the name of a value for users: `args[2]`, `encoder.quality`.
    private static func name(of place: [any CodingKey]) -> String {
        let name = place.reduce(into: "") { name, key in
            if let index = key as? JSONIndex {
                name += "[\(index.index)]"
            } else {
                name += name.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return name.isEmpty ? "parameters" : name
    }
}

/// A missing or invalid parameter of a command: its name, what was expected, what was found.
public struct ParameterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the parameter, for example `args[2]`.
    public let parameter: String
    /// What was expected, for example "a string".
    public let expected: String
    /// What was found, for example "a list"; nil if the parameter is missing.
    public let found: String?

    /// Creates an error about a parameter.
    public init(parameter: String, expected: String, found: String?) {
        self.parameter = parameter
        self.expected = expected
        self.found = found
    }

    /// One sentence without a full stop.
    public var description: String {
        if let found {
            "parameter \"\(parameter)\" should be \(expected), but is \(found)"
        } else {
            "parameter \"\(parameter)\" is missing: expected \(expected)"
        }
    }
}

extension JSONValue {
    /// The value as shown in an error: scalars unchanged, long text shortened, others by their kind.
    fileprivate var shownInErrors: String {
        switch self {
        case .array, .object: kind
        case .string(let text) where text.count > 60: JSONText.quoted(text.prefix(60) + "…")
        default: description
        }
    }
}
