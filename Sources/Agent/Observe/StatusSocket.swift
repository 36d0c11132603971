import CPlatform
import ExecutorKit
package import FoundationEssentials
import Wording

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tells the status of the agent to whoever connects: writes it as JSON, and hangs up. Nothing is read, so nobody can keep it
/// waiting, and nothing can be asked of the agent.
///
/// The socket is in the state directory, for the agent's user alone (mode 0600), and not inherited by programs. It is served by
/// a thread of its own, one after another.
package final class StatusSocket: Sendable {
    /// What the socket is called in the state directory.
    package static let name = "status.sock"

    /// How long a client that does not read what it gets may hold up the next one.
    private static let patience = timeval(tv_sec: 0, tv_usec: 250_000)

    private let folder: String
    /// Closing it ends the thread.
    private let stopper: Int32

    /// Serves from now on.
    ///
    /// - Parameters:
    ///   - folder: the state directory, which must belong to this process.
    ///   - answer: what to tell; called on the thread of the socket.
    /// - Throws: ``StatusSocketError``.
    package init(in folder: String, answer: @escaping @Sendable () -> Data) throws(StatusSocketError) {
        self.folder = folder
        let listener: Int32
        do throws(UnixSocketError) {
            var socket = try UnixSocket(in: folder)
            try socket.listen(as: Self.name)
            listener = socket.take()
        } catch {
            throw StatusSocketError(folder: folder, number: error.number)
        }
        var pipe: [Int32] = [-1, -1]
        guard platform_pipe(&pipe) == 0 else {
            let number = errno
            close(listener)
            throw StatusSocketError(folder: folder, number: number)
        }
        stopper = pipe[1]
        let end = pipe[0]
        if let number = DetachedThread.start({ Self.serve(listener, until: end, answer) }) {
            pipe.forEach { close($0) }
            close(listener)
            throw StatusSocketError(folder: folder, number: number)
        }
    }

    deinit {
        unlink("\(folder)/\(Self.name)")
        close(stopper)
    }

    private static func serve(_ listener: Int32, until end: Int32, _ answer: () -> Data) {
        defer {
            close(listener)
            close(end)
        }
        var descriptors = [
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0), pollfd(fd: end, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            guard poll(&descriptors, 2, -1) > 0 else { continue }
            if descriptors[1].revents != 0 { return }
            let client = accept(from: listener)
            guard client >= 0 else {
                // Without descriptors left there is nothing to do but to let others give some back.
                usleep(10_000)
                continue
            }
            tell(answer(), to: client)
            close(client)
        }
    }

    /// The next connection, which programs do not inherit.
    private static func accept(from listener: Int32) -> Int32 {
        #if os(Linux)
            return platform_accept4(listener, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
        #else
            let client = accept(listener, nil, nil)
            if client >= 0 { _ = fcntl(client, F_SETFD, FD_CLOEXEC) }
            return client
        #endif
    }

    private static func tell(_ bytes: Data, to client: Int32) {
        var patience = patience
        setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { platform_send(client, $0.baseAddress, $0.count, true) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// Why the status of the agent cannot be served.
package struct StatusSocketError: Error, Hashable, Sendable, CustomStringConvertible {
    let folder: String
    let number: Int32

    /// One sentence without a full stop.
    package var description: String {
        "“flamenco-agent status” cannot be answered: cannot make the socket \(folder)/\(StatusSocket.name): "
            + SystemErrorText.words(number)
    }
}
