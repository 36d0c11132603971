/// Why a program could not be run, in one sentence for users of the task.
public struct ProgramError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason.
    public enum Reason: Hashable, Sendable {
        /// None of these folders contains an executable file of this name.
        case notFound(searched: [String])
        /// The system refused to execute it, with this error number.
        case system(errno: Int32)
        /// The file exists, but its interpreter does not: the program on its `#!` line, or the dynamic loader.
        case interpreterMissing
        /// The system refused to start it in this folder, with this error number.
        case workingDirectory(String, errno: Int32)
        /// A step before the start failed, with this error number.
        case preparation(String, errno: Int32)
        /// The program was requested with something that no program can have.
        case impossible(String)
        /// The operator of the node does not allow it: the rule, as text.
        case notAllowed(String)
        /// The supervisor of the program ended, or sent an invalid message.
        case supervisor(String)
    }

    /// The executable, as requested.
    public let executable: String
    /// The reason.
    public let reason: Reason

    /// Creates the error of a program.
    public init(executable: String, reason: Reason) {
        self.executable = executable
        self.reason = reason
    }
}
