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
