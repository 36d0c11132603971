package import FlamencoAPI

/// Decodes the parameters of a command into a typed value.
///
/// Jobs are written by people and scripts that do not tell `24`, `24.0` and `"24"` apart, so decoding is lenient where
/// nothing can be lost, and strict where something could:
///
/// - A number, `true` or `false` becomes text where a string is declared: `24` and `24.0` become `24`, `0.5` stays `0.5`.
/// - A whole number becomes a `Double`, and a number without a fraction a whole number; `2.5` where a whole number is
///   declared is an error, and so is a number that the declared type cannot hold.
/// - Text never becomes a number, and nothing but `true` and `false` becomes a `Bool`.
/// - A parameter that is missing and one that is null are the same: fine for an optional, an error for all else.
/// - Parameters that the declared type does not know are ignored.
package enum ParameterDecoder {
    /// The value that `parameters` hold.
    ///
    /// - Throws: ``ParameterError``, which names the parameter, what was expected and what came; anything else only when
    ///   the type throws an error of its own while it decodes itself.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from parameters: [String: JSONValue]
    ) throws -> Value {
        try decoder(for: .object(parameters)).decode(type)
    }

    /// A decoder for these parameters.
    static func decoder(for parameters: JSONValue) -> JSONValueDecoder {
        JSONValueDecoder(
            parameters,
            .lenient { place, expected, found in
                ParameterError(parameter: name(of: place), expected: expected, found: found.map(\.shownInErrors))
            })
    }

    /// The name that people know a value by: `args[2]`, `encoder.quality`.
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

/// A parameter of a command that is missing or wrong: its name, what was expected, what came.
public struct ParameterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the parameter, as in `args[2]`.
    public let parameter: String
    /// What it should be, as in "a string".
    public let expected: String
    /// What came, as in "a list"; absent when the parameter is missing.
    public let found: String?

    /// A missing or wrong parameter.
    public init(parameter: String, expected: String, found: String?) {
        self.parameter = parameter
        self.expected = expected
        self.found = found
    }

    /// One sentence without a full stop.
    public var description: String {
        if let found {
            "parameter “\(parameter)” should be \(expected), but is \(found)"
        } else {
            "parameter “\(parameter)” is missing: expected \(expected)"
        }
    }
}

extension JSONValue {
    /// What came, as it stands in an error: scalars as they are, long text cut, the rest by its kind.
    fileprivate var shownInErrors: String {
        switch self {
        case .array, .object: kind
        case .string(let text) where text.count > 60: JSONText.quoted(text.prefix(60) + "…")
        default: description
        }
    }
}
