public import FlamencoAPI

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
public enum ParameterDecoder {
    /// The value that `parameters` hold.
    ///
    /// - Throws: ``ParameterError``, which names the parameter, what was expected and what came; anything else only when
    ///   the type throws an error of its own while it decodes itself.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from parameters: [String: JSONValue]
    ) throws -> Value {
        try ParameterValue(.object(parameters), at: []).decode(type)
    }
}
