import SupervisorProtocol

/// The socket to the agent.
struct ControlChannel {
    /// What can be read from the socket now.
    enum Input {
        case messages([AgentMessage])
        /// The agent is gone.
        case end
        case nonsense(String)
    }

    let descriptor: Int32
    private var assembler = FrameAssembler()

    /// A channel over `descriptor`, if that is a socket.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        self.descriptor = descriptor
    }

    /// Waits for something to come in.
    mutating func receive() -> Input {
        let bytes = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
            count = max(0, retryingInterrupts { read(descriptor, buffer.baseAddress, 65536) })
        }
        guard !bytes.isEmpty else { return .end }
        assembler.append(bytes)
        do {
            var messages: [AgentMessage] = []
            while let frame = try assembler.next() { messages.append(try AgentMessage(decoding: frame)) }
            return .messages(messages)
        } catch let problem as MalformedMessage {
            return .nonsense(problem.description)
        } catch {
            return .nonsense("\(error)")
        }
    }

    /// Tells the agent; when it is gone, nobody.
    func send(_ message: SupervisorMessage) { sendFrame(message.encoded, to: descriptor) }
}

/// Sends a message to the agent; when it is gone, to nobody.
func sendFrame(_ message: [UInt8], to socket: Int32) {
    let frame = FrameAssembler.frame(message)
    var sent = 0
    while sent < frame.count {
        let count = frame.withUnsafeBytes { bytes in
            retryingInterrupts { write(socket, bytes.baseAddress.map { $0 + sent }, frame.count - sent) }
        }
        if count <= 0 { return }
        sent += count
    }
}
