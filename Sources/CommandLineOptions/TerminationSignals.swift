import CPlatform
import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The end of the pipe into which the signal handler writes.
nonisolated(unsafe) private var signalDescriptor: Int32 = -1

/// The signals that ask a program to end: SIGTERM, SIGINT, and SIGHUP of a terminal that goes away. A program has one of
/// these at a time.
///
/// A handler of its own listens at once. A source of Dispatch is registered some time after it was made, and a signal that
/// comes before that is lost, or ends the program.
public final class TerminationSignals {
    private static let names = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT"), (SIGHUP, "SIGHUP")]

    private let source: (any DispatchSourceRead)?

    /// Calls `onSignal` with the name of the signal each time that one of them comes, from now on. Without descriptors for a
    /// pipe they end the program, as always.
    public init(onSignal: @escaping @Sendable (String) -> Void) {
        var pair: [Int32] = [-1, -1]
        guard platform_pipe(&pair) == 0 else {
            source = nil
            return
        }
        let (output, input) = (pair[0], pair[1])
        for end in pair { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        signalDescriptor = input
        // A queue of its own gets a thread also when those that everybody shares hang.
        let source = DispatchSource.makeReadSource(
            fileDescriptor: output, queue: DispatchQueue(label: "termination signals"))
        source.setEventHandler {
            var number: UInt8 = 0
            while read(output, &number, 1) == 1 {
                if let (_, name) = Self.names.first(where: { $0.0 == Int32(number) }) { onSignal(name) }
            }
        }
        source.setCancelHandler {
            close(output)
            close(input)
        }
        source.resume()
        self.source = source
        for (number, _) in Self.names { signal(number, forward) }
    }

    deinit {
        guard let source else { return }
        // Whoever listened has done what was asked: a signal that comes while the program ends changes its exit status no more.
        for (number, _) in Self.names { signal(number, SIG_IGN) }
        source.cancel()
    }
}

/// The signal handler: nothing but write(2), and errno stays.
private func forward(_ number: Int32) {
    let before = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalDescriptor, &byte, 1)
    errno = before
}
