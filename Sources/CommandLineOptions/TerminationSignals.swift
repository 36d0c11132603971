import Dispatch
import System

/// The signals that ask a program to end: SIGTERM, SIGINT, and SIGHUP of a terminal that is closed. A program has one object of
/// this type at a time.
public final class TerminationSignals {
    private static let names = [SIGTERM: "SIGTERM", SIGINT: "SIGINT", SIGHUP: "SIGHUP"]

    private let signals: Signalling?
    private let source: (any DispatchSourceRead)?

    /// The pipe, shared by this object and the source.
    private final class Signalling: Sendable {
        let pipe: SignalPipe

        init() throws(SystemError) { pipe = try SignalPipe(Array(TerminationSignals.names.keys)) }
    }

    /// Calls `onSignal` with the name of each signal that is received from now on. When no pipe can be opened, signals end the
    /// program as usual.
    public init(onSignal: @escaping @Sendable (String) -> Void) {
        guard let signals = try? Signalling() else {
            self.signals = nil
            source = nil
            return
        }
        self.signals = signals
        // A queue of its own gets a thread even when the shared ones hang.
        let source = DispatchSource.makeReadSource(
            fileDescriptor: signals.pipe.reader.number, queue: DispatchQueue(label: "termination signals"))
        source.setEventHandler {
            while let number = signals.pipe.next() {
                if let name = Self.names[number] { onSignal(name) }
            }
        }
        // The pipe is closed once the source is cancelled.
        source.setCancelHandler { _ = signals }
        source.resume()
        self.source = source
    }

    deinit {
        // The program is ending already: another signal must not change its exit status.
        signals?.pipe.ignoreSignals()
        source?.cancel()
    }
}
