import System

/// The signals that the supervisor listens to, as a descriptor to wait for.
final class SupervisorSignals {
    private static let asking = [SIGTERM, SIGINT, SIGHUP, SIGQUIT]

    private let pipe: SignalPipe

    /// Takes over the signals of this process, whatever was inherited; nil without descriptors for that.
    init?() {
        guard let pipe = try? SignalPipe([SIGCHLD] + Self.asking) else { return nil }
        self.pipe = pipe
        Signals.ignoreBrokenPipes()
        Signals.block(false)
    }

    /// Readable once a child has changed or an end was asked for.
    var descriptor: BorrowedDescriptor { pipe.reader }

    /// Whether SIGTERM or one like it has come.
    var askToEnd: Bool { SignalPipe.hasSeen(Self.asking) }

    /// Takes note of all signals so far.
    func drain() { pipe.takeAll() }
}
