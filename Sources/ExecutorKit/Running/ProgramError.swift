/// Why a program could not be run, in one sentence for the people who look at the task.
public struct ProgramError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kept it from running.
    public enum Reason: Hashable, Sendable {
        /// A name without a slash that is in none of these folders.
        case notFound(searched: [String])
        /// The system refused to execute it, with this error number.
        case system(errno: Int32)
        /// The file is there, but not what should read it: the program on its `#!` line, or the dynamic loader.
        case interpreterMissing
        /// The system refused to start it in this folder, with this error number.
        case workingDirectory(String, errno: Int32)
        /// The system refused something that was to be done before it starts, with this error number.
        case preparation(String, errno: Int32)
        /// It was asked for with something that no program can get.
        case impossible(String)
        /// The operator of the node does not allow it: the rule, in words.
        case notAllowed(String)
        /// The supervisor that runs every program went away, or said something that makes no sense.
        case supervisor(String)
    }

    /// The executable, as it was given.
    public let executable: String
    /// What kept it from running.
    public let reason: Reason

    /// A program that could not be run.
    public init(executable: String, reason: Reason) {
        self.executable = executable
        self.reason = reason
    }
}
