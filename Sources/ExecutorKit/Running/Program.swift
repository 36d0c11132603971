import Foundation

/// A program to run: an executable and its arguments, never a shell line.
public struct Program: Hashable, Sendable {
    /// A path, or a name to search for in `PATH`.
    public var executable: String
    /// The arguments, without the program name.
    public var arguments: [String]
    /// Variables in addition to those that every program gets from the agent.
    public var environment: [String: String]
    /// The working directory of the program; if nil, the task's temporary folder.
    public var workingDirectory: String?
    /// The standard input of the program, up to 8 MiB; if nil, empty. It need not be read.
    public var input: String?
    /// The time from SIGTERM to SIGKILL when the program is stopped; if nil, the agent's setting.
    public var gracePeriod: Duration?
    /// The maximum total run time of the program; if nil, unlimited.
    public var timeLimit: Duration?
    /// The maximum time without output of the program; if nil, unlimited.
    public var silenceLimit: Duration?

    /// Creates a program with its arguments.
    public init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
        workingDirectory: String? = nil, input: String? = nil, gracePeriod: Duration? = nil, timeLimit: Duration? = nil,
        silenceLimit: Duration? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.input = input
        self.gracePeriod = gracePeriod
        self.timeLimit = timeLimit
        self.silenceLimit = silenceLimit
    }

    /// The last component of the executable's path.
    public var name: String {
        executable.split(separator: "/").last.map(String.init) ?? executable
    }
}

extension Program {
    /// The `PATH` for programs whose environment has none.
    private static let standardPath = "/usr/local/bin:/usr/bin:/bin"

    /// Returns the file to execute: the executable itself if it contains a slash, otherwise the first file of that name
    /// in `PATH` that can be executed; if none can, the first that exists, so that the system reports why it cannot.
    ///
    /// - Throws: ``ProgramError`` if there is none.
    package func findExecutable(environment: [String: String], workingDirectory: String) throws(ProgramError) -> String
    {
        guard !executable.contains("/") else { return executable }
        let path = environment["PATH"] ?? Self.standardPath
        let folders = path.split(separator: ":", omittingEmptySubsequences: false).map { folder in
            // An empty or relative one starts at the program's working directory, as in a shell.
            folder.hasPrefix("/") ? String(folder) : folder.isEmpty ? workingDirectory : "\(workingDirectory)/\(folder)"
        }
        let files = FileManager.default
        let found = folders.map { "\($0)/\(executable)" }.filter { candidate in
            var isFolder: ObjCBool = false
            return files.fileExists(atPath: candidate, isDirectory: &isFolder) && !isFolder.boolValue
        }
        guard !executable.isEmpty, let file = found.first(where: files.isExecutableFile(atPath:)) ?? found.first else {
            throw ProgramError(executable: executable, reason: .notFound(searched: folders))
        }
        return file
    }
}
