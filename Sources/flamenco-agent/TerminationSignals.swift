import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The signals that ask the agent to end: SIGTERM, SIGINT, and SIGHUP of a terminal that goes away.
final class TerminationSignals {
    private let sources: [any DispatchSourceSignal]

    /// Calls `onSignal` each time that one of them comes, from now on.
    init(onSignal: @escaping @Sendable (Int32) -> Void) {
        sources = [SIGTERM, SIGINT, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { onSignal(number) }
            source.resume()
            return source
        }
    }

    /// The name of one of the signals.
    static func name(of number: Int32) -> String {
        switch number {
        case SIGTERM: "SIGTERM"
        case SIGINT: "SIGINT"
        default: "SIGHUP"
        }
    }

    deinit { sources.forEach { $0.cancel() } }
}
