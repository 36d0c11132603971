import Foundation

/// A program to run: an executable and its arguments, never a shell line.
public struct Program: Hashable, Sendable {
    /// A path, or a name that is searched in `PATH`.
    public var executable: String
    /// The arguments, without the name of the program itself.
    public var arguments: [String]
    /// Variables on top of what every program gets from the agent.
    public var environment: [String: String]
    /// Where the program starts; the task's temporary folder when absent.
    public var workingDirectory: String?
    /// What the program reads from its standard input, up to 8 MiB; nothing when absent. It need not read it.
    public var input: String?
    /// How long the program may take from SIGTERM to its end before it is killed; the agent's setting when absent.
    public var gracePeriod: Duration?
    /// How long the program may run in all; forever when absent.
    public var timeLimit: Duration?
    /// How long the program may run without printing anything; forever when absent.
    public var silenceLimit: Duration?

    /// A program with its arguments.
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

    /// The last part of the executable's path: what people call the program.
    public var name: String {
        executable.split(separator: "/").last.map(String.init) ?? executable
    }
}

extension Program {
    /// Where programs are searched whose environment has no `PATH`.
    private static let standardPath = "/usr/local/bin:/usr/bin:/bin"

    /// The file to execute: the executable itself when it has a slash, else the first of that name in `PATH` that can be
    /// executed; when none can, the first that is there at all, so that the system says why it cannot.
    ///
    /// - Throws: ``ProgramError`` when there is none.
    package func findExecutable(environment: [String: String], workingDirectory: String) throws(ProgramError) -> String
    {
        guard !executable.contains("/") else { return executable }
        let path = environment["PATH"] ?? Self.standardPath
        let folders = path.split(separator: ":", omittingEmptySubsequences: false).map { folder in
            // An empty one, or a relative one, counts from where the program starts, as in a shell.
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
