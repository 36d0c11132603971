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
