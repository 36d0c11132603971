import CPlatform

/// Receives signals of this process as bytes in a pipe, each the number of a signal. A process has only one of these at
/// a time.
///
/// The handler is installed immediately. A Dispatch source is registered some time after it was created, and a signal
/// before that is lost, or ends the program.
package struct SignalPipe: ~Copyable, Sendable {
    private let pipe: SystemPipe
    private let signals: [Int32]

    /// Handles these signals, whatever was inherited.
    package init(_ signals: [Int32]) throws(SystemError) {
        pipe = try SystemPipe()
        self.signals = signals
        pipe.reader.setNonBlocking()
        pipe.writer.setNonBlocking()
        platform_note_signals_in(pipe.writer.number)
        for number in signals { platform_note_signal(number) }
    }

    /// Readable when signals were received.
    package var reader: BorrowedDescriptor { BorrowedDescriptor(pipe.reader.number) }

    /// Returns the next signal that was received; nil if there is none.
    package func next() -> Int32? {
        var number: UInt8 = 0
        let count = withUnsafeMutableBytes(of: &number) { try? reader.read(into: $0) }
        return count == 1 ? Int32(number) : nil
    }

    /// Discards all signals received.
    package func takeAll() {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
            while let count = try? reader.read(into: buffer), count > 0 {}
        }
    }

    /// Whether one of these was ever received.
    package static func hasSeen(_ signals: [Int32]) -> Bool {
        let seen = platform_signals_seen()
        return signals.contains { seen & (1 << $0) != 0 }
    }

    /// Ignores the signals of this pipe from now on.
    package func ignoreSignals() { for number in signals { signal(number, SIG_IGN) } }
}

/// Signals of the whole process.
package enum Signals {
    /// Blocks or unblocks all signals.
    package static func block(_ isBlocked: Bool) {
        var set = sigset_t()
        if isBlocked { sigfillset(&set) } else { sigemptyset(&set) }
        sigprocmask(SIG_SETMASK, &set, nil)
    }

    /// Makes writing to a pipe or socket without a reader an error of the call, instead of ending the process.
    package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Resets every signal to its default action, for a program about to be executed: the libc reserves some for
    /// itself.
    package static func reset() {
        for number in 1...64 as ClosedRange<Int32> where number != SIGKILL && number != SIGSTOP {
            _ = platform_default_signal_action(number)
        }
    }

    /// Unblocks every signal, for a program about to be executed.
    package static func unblockAll() { _ = platform_set_signal_mask(0) }
}
