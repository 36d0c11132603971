import HumanText
import System

extension ProgramEnd: CustomStringConvertible {
    /// How the program ended, as text: "exit status 1", "killed by SIGSEGV, core dumped".
    public var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signalled(let signal, let coreDumped):
            "killed by \(SignalName.of(signal))\(coreDumped ? ", core dumped" : "")"
        case .outOfMemory(let limit?):
            "killed by the kernel: out of memory, over its memory_limit of \(ByteCountText.text(Int(clamping: limit)))"
        case .outOfMemory(nil): "killed by the kernel: out of memory on the machine, or in a parent cgroup"
        case .timeLimit(let limit): "stopped after its time limit of \(DurationText.text(limit))"
        case .silenceLimit(let limit): "stopped after printing nothing for \(DurationText.text(limit))"
        }
    }
}

extension ProgramResult: CustomStringConvertible {
    /// How the program ended and which resources it used, as text.
    public var description: String { text(end: end.description) }

    /// Returns the line in the task log after a program, with another text for how it ended.
    func text(end: String) -> String {
        var words = end
        if let killedAfter {
            words +=
                killedAfter == .zero
                ? ", killed by SIGKILL without time to stop"
                : ", killed by SIGKILL after not stopping for \(DurationText.text(killedAfter))"
        }
        if leftovers > 0 {
            words += leftovers == 1 ? ", killed 1 process left behind" : ", killed \(leftovers) processes left behind"
        }
        let processorTime = DurationText.text(userTime + systemTime)
        return words
            + " (wall \(DurationText.text(wallTime)), CPU \(processorTime), peak memory \(ByteCountText.text(peakMemory)))"
    }
}

/// The usual names of signals.
enum SignalName {
    private static let names: [(Int32, String)] = [
        (SIGHUP, "SIGHUP"), (SIGINT, "SIGINT"), (SIGQUIT, "SIGQUIT"), (SIGILL, "SIGILL"), (SIGTRAP, "SIGTRAP"),
        (SIGABRT, "SIGABRT"), (SIGBUS, "SIGBUS"), (SIGFPE, "SIGFPE"), (SIGKILL, "SIGKILL"), (SIGUSR1, "SIGUSR1"),
        (SIGSEGV, "SIGSEGV"), (SIGUSR2, "SIGUSR2"), (SIGPIPE, "SIGPIPE"), (SIGALRM, "SIGALRM"),
        (SIGTERM, "SIGTERM"), (SIGXCPU, "SIGXCPU"), (SIGXFSZ, "SIGXFSZ"), (SIGVTALRM, "SIGVTALRM"),
        (SIGPROF, "SIGPROF"), (SIGIO, "SIGIO"), (SIGSYS, "SIGSYS"),
    ]

    /// Returns `SIGTERM` for 15; "signal 40" for signals without a name.
    static func of(_ signal: Int32) -> String {
        names.first { $0.0 == signal }?.1 ?? "signal \(signal)"
    }
}
