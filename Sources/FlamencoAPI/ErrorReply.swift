/// A manager's words on what went wrong (contract: `Error`, and `SecurityError`, which has no code).
public struct ErrorReply: Codable, Hashable, Sendable {
    /// The number of the error; absent from security errors and from the validation errors of some managers.
    public var code: Int?
    /// What is wrong.
    public var message: String

    /// An error.
    public init(code: Int? = nil, message: String) {
        self.code = code
        self.message = message
    }
}
