/// Why a command failed, in one sentence for the people who look at the task.
public struct CommandFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence, without a full stop.
    public let description: String

    /// A failure for the given reason.
    public init(_ reason: String) { description = reason }
}
