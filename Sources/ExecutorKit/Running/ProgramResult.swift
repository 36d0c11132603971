/// How a program ended.
public enum ProgramEnd: Hashable, Sendable {
    /// By itself, with this status.
    case exited(status: Int32)
    /// By a signal that did not come from us.
    case signalled(Int32, coreDumped: Bool)
    /// By the kernel, since memory ran out. Known only where the program had a control group with a memory controller;
    /// elsewhere it looks like any other SIGKILL.
    ///
    /// `limit` is ``ProgramDefaults/memoryLimit`` when the program reached that; absent when memory ran out for the machine,
    /// or for a group above the program's own.
    case outOfMemory(limit: UInt64?)
    /// By us: it ran longer than it may.
    case timeLimit(Duration)
    /// By us: it printed nothing for longer than it may.
    case silenceLimit(Duration)
}

/// How a program ended and what it took.
public struct ProgramResult: Hashable, Sendable {
    /// How it ended.
    public var end: ProgramEnd
    /// From start to end, leftover processes included.
    public var wallTime: Duration
    /// Processor time in user mode, of the whole tree as far as it was waited for.
    public var userTime: Duration
    /// Processor time in the kernel, likewise.
    public var systemTime: Duration
    /// The peak resident memory of the largest process, in bytes; never less than the few MB of the supervisor, whose
    /// copy every program begins as.
    public var peakMemory: Int
    /// For how long its tree was given time to stop before what was left of it was killed; absent when nothing had to be.
    public var killedAfter: Duration?
    /// How many processes it left behind, which were ended then.
    public var leftovers: Int
    /// The last lines that it printed which are not empty, a few at most, each shortened to what fits into a sentence.
    public var lastLines: [String]
    /// What a Python exception says that it ended with, if it looks so.
    public var exception: String?

    /// A result.
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
