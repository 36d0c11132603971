import System

/// The signals that the supervisor handles, as a descriptor to wait for.
final class SupervisorSignals {
    private static let asking = [SIGTERM, SIGINT, SIGHUP, SIGQUIT]

    private let pipe: SignalPipe

    /// Handles the signals of this process, whatever was inherited; nil without free descriptors.
    init?() {
        guard let pipe = try? SignalPipe([SIGCHLD] + Self.asking) else { return nil }
        self.pipe = pipe
        Signals.ignoreBrokenPipes()
        Signals.block(false)
    }

    /// Readable after a child has changed or stopping was requested.
    var descriptor: BorrowedDescriptor { pipe.reader }

    /// Whether SIGTERM or an equivalent signal was received.
    var askToEnd: Bool { SignalPipe.hasSeen(Self.asking) }

    /// Discards the signals received so far.
    func drain() { pipe.takeAll() }
}
