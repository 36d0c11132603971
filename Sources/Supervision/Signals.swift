import CPlatform

/// The end of the pipe into which the signal handlers write.
nonisolated(unsafe) private var wakeDescriptor: Int32 = -1
/// Whether a signal came that asks to end.
nonisolated(unsafe) private var endAsked: Int32 = 0

/// The signals that the supervisor listens to, as a descriptor that `poll` understands.
struct Signals {
    /// Readable once a child has changed or an end was asked for.
    let descriptor: Int32

    /// Takes over the signals of this process, whatever was inherited.
    init?() {
        var pair: [Int32] = [-1, -1]
        guard platform_pipe(&pair) == 0 else { return nil }
        for end in pair { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        descriptor = pair[0]
        wakeDescriptor = pair[1]
        signal(SIGPIPE, SIG_IGN)
        signal(SIGCHLD) { _ in wake() }
        for asking in [SIGTERM, SIGINT, SIGHUP, SIGQUIT] {
            signal(asking) { _ in
                endAsked = 1
                wake()
            }
        }
        Self.block(false)
    }

    /// Whether SIGTERM or one like it has come.
    var askToEnd: Bool { endAsked != 0 }

    /// Takes note of all wake-ups so far.
    func drain() {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
            while read(descriptor, buffer.baseAddress, 256) > 0 {}
        }
    }

    /// Holds back every signal, or none.
    static func block(_ blocked: Bool) {
        var set = sigset_t()
        if blocked { sigfillset(&set) } else { sigemptyset(&set) }
        sigprocmask(SIG_SETMASK, &set, nil)
    }

    /// Gives every signal its default meaning, for the program that is about to be executed.
    static func reset() {
        #if os(Linux)
            for number in 1...64 as ClosedRange<Int32> where number != SIGKILL && number != SIGSTOP {
                _ = platform_default_signal_action(number)
            }
        #else
            for number in 1..<NSIG where number != SIGKILL && number != SIGSTOP { signal(number, SIG_DFL) }
        #endif
    }

    /// Lets every signal through, for the program that is about to be executed.
    static func unblock() {
        #if os(Linux)
            _ = platform_set_signal_mask(0)
        #else
            block(false)
        #endif
    }
}

/// Called in signal handlers: nothing but write(2), and errno stays.
private func wake() {
    let before = errno
    var byte: UInt8 = 0
    _ = write(wakeDescriptor, &byte, 1)
    errno = before
}
