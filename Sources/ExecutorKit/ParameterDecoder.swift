public import FlamencoAPI

/// Decodes the parameters of a command into a typed value.
public enum ParameterDecoder {
    /// The value that `parameters` hold.
    ///
    /// - Throws: ``ParameterError``, which names the parameter, what was expected and what came.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from parameters: [String: JSONValue]
    ) throws -> Value {
        throw ParameterError(parameter: "", expected: "", found: nil)
    }
}
