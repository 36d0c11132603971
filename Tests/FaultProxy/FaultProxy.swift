import ExecutorKit
import Foundation
import Synchronization
import System

/// A proxy on this machine between an agent and its manager that plays a fault for each request, as a script says.
///
/// It understands as much of HTTP/1.1 as the two speak: bodies have a `Content-Length`. Every connection has a thread of
/// its own, and every request a connection of its own to the manager, so that a manager may come and go meanwhile. A
/// client may send a request again by itself when a connection that it kept is reset; that counts as one more request.
package final class FaultProxy: Sendable {
    /// A request, as a script looks at it.
    package struct Asked: Hashable, Sendable {
        /// Method and path, as in `POST /api/worker/task`.
        package let line: String
        /// How many requests came before it.
        package let ordinal: Int
        /// How many requests with the same line came before it.
        package let repetition: Int
    }

    /// Says what becomes of a request.
    package typealias Script = @Sendable (Asked) -> Fault

    /// Where an agent finds the manager behind the proxy.
    package let url: String

    private let port: UInt16
    private let traffic: ProxyTraffic
    private let listener: Mutex<TCPSocket?>

    /// A proxy that listens on a free port.
    ///
    /// - Parameters:
    ///   - managerPort: where the manager listens on this machine.
    ///   - script: called once for each request, on the thread of its connection.
    /// - Throws: `POSIXError`, `SystemError`.
    package init(toPort managerPort: UInt16, script: @escaping Script = { _ in .pass }) throws {
        let socket = try TCPSocket.listening(port: 0)
        port = try socket.boundPort()
        url = "http://127.0.0.1:\(port)"
        traffic = ProxyTraffic(managerPort: managerPort, script: script)
        listener = Mutex(nil)
        try accept(from: socket)
    }

    deinit { refuse() }

    /// The requests so far, in order.
    package var asked: [Asked] { traffic.asked }

    /// From now on connections are refused, and those that stand are closed.
    package func refuse() {
        // Not closed here: its number must not become another's while a thread waits for it.
        listener.withLock { socket in
            socket?.end()
            socket = nil
        }
        traffic.refuse()
    }

    /// Takes connections again, on the same port, after ``refuse()``.
    ///
    /// - Throws: `POSIXError`, `SystemError`.
    package func serve() throws {
        traffic.serve()
        try accept(from: TCPSocket.listening(port: port))
    }

    private func accept(from socket: TCPSocket) throws {
        listener.withLock { $0 = socket }
        try SystemThread.start("fault proxy") { [traffic] in
            while let client = socket.accept() {
                do {
                    try SystemThread.start("connection") { ProxiedConnection(client, traffic).run() }
                } catch {
                    client.reset()
                }
            }
            socket.close()
        }
    }
}
