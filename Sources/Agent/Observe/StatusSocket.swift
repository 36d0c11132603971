package import FoundationEssentials
import System

/// Tells the status of the agent to whoever connects: writes it as JSON, and hangs up. Nothing is read, so nobody can keep it
/// waiting, and nothing can be asked of the agent.
///
/// The socket is in the state directory, for the agent's user alone (mode 0600), and not inherited by programs. It is served by
/// a thread of its own, one after another.
package final class StatusSocket: Sendable {
    /// What the socket is called in the state directory.
    package static let name = "status.sock"

    /// How long a client that does not read what it gets may hold up the next one.
    private static let patience = Duration.milliseconds(250)

    private let folder: String
    /// Closing it ends the thread.
    private let stopper: Descriptor

    /// Serves from now on.
    ///
    /// - Parameters:
    ///   - folder: the state directory, which must belong to this process.
    ///   - isClosedToPrograms: whether those are hung up on who descend from this process.
    ///   - answer: what to tell; called on the thread of the socket.
    /// - Throws: ``StatusSocketError``.
    package init(
        in folder: String, isClosedToPrograms: Bool = false, answer: @escaping @Sendable () -> Data
    ) throws(StatusSocketError) {
        self.folder = folder
        do throws(SystemError) {
            let listener = try UnixSocket.listening(as: Self.name, in: folder)
            var pipe = try SystemPipe()
            let service = Service(
                listener: listener, end: pipe.reader.take(), isClosedToPrograms: isClosedToPrograms, answer: answer)
            try SystemThread.start("status socket") { service.run() }
            stopper = pipe.writer.take()
        } catch {
            throw StatusSocketError(folder: folder, number: error.number)
        }
    }

    deinit { try? FileSystem.remove("\(folder)/\(Self.name)") }

    /// What the thread has.
    private final class Service: Sendable {
        private let listener: Descriptor
        private let end: Descriptor
        private let answer: @Sendable () -> Data
        private let isClosedToPrograms: Bool

        init(
            listener: consuming Descriptor, end: consuming Descriptor, isClosedToPrograms: Bool,
            answer: @escaping @Sendable () -> Data
        ) {
            self.listener = listener
            self.end = end
            self.isClosedToPrograms = isClosedToPrograms
            self.answer = answer
        }

        func run() {
            var waiting = PollList()
            waiting.add(listener, .input)
            waiting.add(end, .input)
            while true {
                guard waiting.wait() else { continue }
                if waiting.isReady(1) { return }
                do throws(SystemError) {
                    let client = try listener.accept()
                    if isClosedToPrograms, SocketPeer(of: client).mayBeProgram { continue }
                    tell(answer(), to: client)
                } catch {
                    // Without descriptors left there is nothing to do but to let others give some back.
                    MonotonicTime.sleep(for: .milliseconds(10))
                }
            }
        }

        private func tell(_ bytes: Data, to client: consuming Descriptor) {
            client.setSendTimeout(StatusSocket.patience)
            // Who does not read is hung up on.
            try? client.sendAll(Array(bytes))
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
            + SystemError(number).description
    }
}
