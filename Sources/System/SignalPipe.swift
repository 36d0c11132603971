import CPlatform

/// Signals of this process as bytes in a pipe, each the number of a signal. A process has one of these at a time.
///
/// A handler of its own listens at once. A source of Dispatch is registered some time after it was made, and a signal that
/// comes before that is lost, or ends the program.
package struct SignalPipe: ~Copyable, Sendable {
    private let pipe: SystemPipe
    private let signals: [Int32]

    /// Takes over these signals, whatever was inherited.
    package init(_ signals: [Int32]) throws(SystemError) {
        pipe = try SystemPipe()
        self.signals = signals
        pipe.reader.setNonBlocking()
        pipe.writer.setNonBlocking()
        platform_note_signals_in(pipe.writer.number)
        for number in signals { platform_note_signal(number) }
    }

    /// Readable when signals have come.
    package var reader: BorrowedDescriptor { BorrowedDescriptor(pipe.reader.number) }

    /// The next signal that came; nil when none did since the last.
    package func next() -> Int32? {
        var number: UInt8 = 0
        let count = withUnsafeMutableBytes(of: &number) { try? reader.read(into: $0) }
        return count == 1 ? Int32(number) : nil
    }

    /// Takes all signals that came.
    package func takeAll() {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
            while let count = try? reader.read(into: buffer), count > 0 {}
        }
    }

    /// Whether one of these has ever come.
    package static func hasSeen(_ signals: [Int32]) -> Bool {
        let seen = platform_signals_seen()
        return signals.contains { seen & (1 << $0) != 0 }
    }

    /// Lets the signals of this pipe pass unheeded from now on.
    package func ignoreSignals() { for number in signals { signal(number, SIG_IGN) } }
}

/// Signals of this process as a whole.
package enum Signals {
    /// Holds back every signal, or none.
    package static func block(_ isBlocked: Bool) {
        var set = sigset_t()
        if isBlocked { sigfillset(&set) } else { sigemptyset(&set) }
        sigprocmask(SIG_SETMASK, &set, nil)
    }

    /// A pipe or socket that nobody reads from is an error of the call, and not the end of the process.
    package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Gives every signal its default meaning, for a program that is about to be executed: the libc keeps some to itself.
    package static func reset() {
        for number in 1...64 as ClosedRange<Int32> where number != SIGKILL && number != SIGSTOP {
            _ = platform_default_signal_action(number)
        }
    }

    /// Lets every signal through, for a program that is about to be executed.
    package static func unblockAll() { _ = platform_set_signal_mask(0) }
}
