package import FoundationEssentials
import System

/// Sends the agent's status to each client as JSON and closes the connection. A client that first sends a command, one
/// line of JSON (``NodeCommand``), gets the reply to that instead.
///
/// The socket is in the state directory, for the agent's user alone (mode 0600), and not inherited by programs. It is served by
/// a dedicated thread, one client at a time. Apart from commands, no client can hold it up for more than a moment.
/// Commands from programs that descend from this process are refused, whatever the settings say.
package final class StatusSocket: Sendable {
    /// The name of the socket in the state directory.
    package static let name = "status.sock"

    /// How long a client that does not read, or does not finish its line, may delay the next one.
    private static let patience = Duration.milliseconds(250)
    /// How long to wait for the start of a command. A client that sends nothing in this time gets the status.
    private static let listenTime = Duration.milliseconds(200)
    private static let longestLine = 16 << 10

    private let folder: String
    /// Closing it ends the thread.
    private let stopper: Descriptor

    /// Starts to serve.
    ///
    /// - Parameters:
    ///   - folder: the state directory, which this process must own.
    ///   - isClosedToPrograms: whether descendants of this process do not get the status either.
    ///   - perform: performs a command; called on the thread of the socket, like `answer`.
    ///   - answer: returns the status.
    /// - Throws: ``StatusSocketError``.
    package init(
        in folder: String, isClosedToPrograms: Bool = false,
        perform: @escaping @Sendable (NodeCommand) -> NodeAnswer = { _ in .unknownCommand },
        answer: @escaping @Sendable () -> Data
    ) throws(StatusSocketError) {
        self.folder = folder
        do throws(SystemError) {
            let listener = try UnixSocket.listening(as: Self.name, in: folder)
            var pipe = try SystemPipe()
            let service = Service(
                listener: listener, end: pipe.reader.take(), isClosedToPrograms: isClosedToPrograms, perform: perform,
                answer: answer)
            try SystemThread.start("status socket") { service.run() }
            stopper = pipe.writer.take()
        } catch {
            throw StatusSocketError(folder: folder, number: error.number)
        }
    }

    deinit { try? FileSystem.remove("\(folder)/\(Self.name)") }

    /// The state of the thread.
    private final class Service: Sendable {
        private let listener: Descriptor
        private let end: Descriptor
        private let perform: @Sendable (NodeCommand) -> NodeAnswer
        private let answer: @Sendable () -> Data
        private let isClosedToPrograms: Bool

        init(
            listener: consuming Descriptor, end: consuming Descriptor, isClosedToPrograms: Bool,
            perform: @escaping @Sendable (NodeCommand) -> NodeAnswer, answer: @escaping @Sendable () -> Data
        ) {
            self.listener = listener
            self.end = end
            self.isClosedToPrograms = isClosedToPrograms
            self.perform = perform
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
                    serve(try listener.accept())
                } catch {
                    // Without free descriptors, wait until others are closed.
                    MonotonicTime.sleep(for: .milliseconds(10))
                }
            }
        }

        private func serve(_ client: consuming Descriptor) {
            let peer = SocketPeer(of: client)
            if isClosedToPrograms, peer.mayBeProgram { return }
            let line = Self.line(from: client)
            if line.isEmpty { return tell(answer(), to: client) }
            let reply: NodeAnswer
            if let command = try? SocketJSON.decode(NodeCommand.self, from: Data(line)) {
                reply = peer.mayCommand ? perform(command) : .forbidden
            } else {
                reply = .unknownCommand
            }
            tell((try? SocketJSON.encode(reply)) ?? Data(), to: client)
        }

        /// Reads the line of a client, without its end; empty if it sends none.
        private static func line(from client: borrowing Descriptor) -> [UInt8] {
            var line: [UInt8] = []
            let start = MonotonicTime.now
            while line.count < StatusSocket.longestLine {
                let left = start + (line.isEmpty ? StatusSocket.listenTime : StatusSocket.patience) - MonotonicTime.now
                guard left > .zero else { break }
                var waiting = PollList()
                waiting.add(client, .input)
                // A signal, or the end of the time.
                guard waiting.wait(atMost: left) else { continue }
                guard let bytes = try? client.read(atMost: StatusSocket.longestLine), !bytes.isEmpty else { break }
                line += bytes
                if let place = line.firstIndex(of: UInt8(ascii: "\n")) { return Array(line[..<place]) }
            }
            return line
        }

        private func tell(_ bytes: Data, to client: consuming Descriptor) {
            client.setSendTimeout(StatusSocket.patience)
            // A client that does not read is disconnected.
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
        "\"flamenco-agent status\" cannot be answered: cannot make the socket \(folder)/\(StatusSocket.name): "
            + SystemError(number).description
    }
}

extension NodeAnswer {
    /// The answer to programs of tasks and other users.
    static let forbidden = NodeAnswer(
        isDone: false,
        message: "the agent accepts commands from its own user and from root, but not from programs of its own tasks")
    /// The answer to commands that this version does not know.
    package static let unknownCommand = NodeAnswer(
        isDone: false, message: "unknown command: the agent may be another version")
}

/// JSON on the status socket: names in snake case, times as in RFC 3339, without nil values.
enum SocketJSON {
    static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: data)
    }
}
