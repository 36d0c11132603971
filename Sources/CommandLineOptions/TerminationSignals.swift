import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The signals that ask a program to end: SIGTERM, SIGINT, and SIGHUP of a terminal that goes away.
public final class TerminationSignals {
    private let sources: [any DispatchSourceSignal]

    /// Calls `onSignal` with the name of the signal each time that one of them comes, from now on.
    public init(onSignal: @escaping @Sendable (String) -> Void) {
        sources = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT"), (SIGHUP, "SIGHUP")].map { number, name in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { onSignal(name) }
            source.resume()
            return source
        }
    }

    deinit { sources.forEach { $0.cancel() } }
}
