/// Why a program could not be started, in one sentence for the people who look at the task.
public struct ProgramError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kept it from starting.
    public enum Reason: Hashable, Sendable {
        /// A name without a slash that is in none of these folders.
        case notFound(searched: [String])
        /// The system refused, with this error number.
        case system(errno: Int32)
        /// The supervisor that runs every program went away, or said something that makes no sense.
        case supervisor(String)
    }

    /// The executable, as it was given.
    public let executable: String
    /// What kept it from starting.
    public let reason: Reason

    /// A program that could not be started.
    public init(executable: String, reason: Reason) {
        self.executable = executable
        self.reason = reason
    }
}
