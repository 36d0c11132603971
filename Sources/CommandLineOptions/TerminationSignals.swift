import Dispatch
import System

/// The signals that ask a program to end: SIGTERM, SIGINT, and SIGHUP of a terminal that goes away. A program has one of
/// these at a time.
public final class TerminationSignals {
    private static let names = [SIGTERM: "SIGTERM", SIGINT: "SIGINT", SIGHUP: "SIGHUP"]

    private let signals: Signalling?
    private let source: (any DispatchSourceRead)?

    /// The pipe, which both this object and the source hold.
    private final class Signalling: Sendable {
        let pipe: SignalPipe

        init() throws(SystemError) { pipe = try SignalPipe(Array(TerminationSignals.names.keys)) }
    }

    /// Calls `onSignal` with the name of the signal each time that one of them comes, from now on. Without descriptors for a
    /// pipe they end the program, as always.
    public init(onSignal: @escaping @Sendable (String) -> Void) {
        guard let signals = try? Signalling() else {
            self.signals = nil
            source = nil
            return
        }
        self.signals = signals
        // A queue of its own gets a thread also when those that everybody shares hang.
        let source = DispatchSource.makeReadSource(
            fileDescriptor: signals.pipe.reader.number, queue: DispatchQueue(label: "termination signals"))
        source.setEventHandler {
            while let number = signals.pipe.next() {
                if let name = Self.names[number] { onSignal(name) }
            }
        }
        // The pipe is closed once nobody waits for it any more.
        source.setCancelHandler { _ = signals }
        source.resume()
        self.source = source
    }

    deinit {
        // Whoever listened has done what was asked: a signal that comes while the program ends changes its exit status no more.
        signals?.pipe.ignoreSignals()
        source?.cancel()
    }
}
