/// How a program ended.
public enum ProgramEnd: Hashable, Sendable {
    /// It exited with this status.
    case exited(status: Int32)
    /// It was killed by a signal that the agent did not send.
    case signalled(Int32, coreDumped: Bool)
    /// It was killed by the kernel for lack of memory. Known only if the program had a control group with a memory
    /// controller; otherwise it looks like any other SIGKILL.
    ///
    /// `limit` is ``ProgramDefaults/memoryLimit`` if the program reached that; nil if memory ran out on the machine, or
    /// in a parent group.
    case outOfMemory(limit: UInt64?)
    /// It was stopped because it ran for too long.
    case timeLimit(Duration)
    /// It was stopped because it printed nothing for too long.
    case silenceLimit(Duration)
}

/// How a program ended and which resources it used.
public struct ProgramResult: Hashable, Sendable {
    /// How it ended.
    public var end: ProgramEnd
    /// The time from start to end, including leftover processes.
    public var wallTime: Duration
    /// CPU time in user mode, of the processes of the tree that were waited for.
    public var userTime: Duration
    /// CPU time in the kernel, likewise.
    public var systemTime: Duration
    /// The peak resident memory of the largest process, in bytes; at least the few MB of the supervisor, as whose copy
    /// every program starts.
    public var peakMemory: Int
    /// How long its tree was given to stop before the rest was killed; nil if nothing had to be killed.
    public var killedAfter: Duration?
    /// The number of processes that it left behind, which were then ended.
    public var leftovers: Int
    /// Its last non-empty lines of output, a few at most, each shortened to fit into a sentence.
    public var lastLines: [String]
    /// The message of the Python exception that it ended with, if any.
    public var exception: String?

    /// Creates a result.
    public init(
        end: ProgramEnd, wallTime: Duration, userTime: Duration, systemTime: Duration, peakMemory: Int,
        killedAfter: Duration? = nil, leftovers: Int = 0, lastLines: [String] = []
    ) {
        self.end = end
        self.wallTime = wallTime
        self.userTime = userTime
        self.systemTime = systemTime
        self.peakMemory = peakMemory
        self.killedAfter = killedAfter
        self.leftovers = leftovers
        self.lastLines = lastLines
    }
}
