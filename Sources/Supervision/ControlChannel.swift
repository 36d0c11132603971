import SupervisorProtocol
import System

/// The socket to the agent.
struct ControlChannel {
    /// What can be read from the socket now.
    enum Input {
        case messages([AgentMessage])
        /// The agent is gone.
        case end
        case nonsense(String)
    }

    let descriptor: BorrowedDescriptor
    private var assembler = FrameAssembler()

    /// A channel over `descriptor`, if that is a socket.
    init?(_ descriptor: BorrowedDescriptor) {
        guard descriptor.isSocket else { return nil }
        self.descriptor = descriptor
    }

    /// Waits for something to come in.
    mutating func receive() -> Input {
        guard let bytes = try? descriptor.read(atMost: 65536), !bytes.isEmpty else { return .end }
        assembler.append(bytes)
        do {
            var messages: [AgentMessage] = []
            while let frame = try assembler.next() { messages.append(try AgentMessage(decoding: frame)) }
            return .messages(messages)
        } catch let problem as MalformedMessageError {
            return .nonsense(problem.description)
        } catch {
            return .nonsense("\(error)")
        }
    }

    /// Tells the agent; when it is gone, nobody.
    func send(_ message: SupervisorMessage) { sendFrame(message.encoded, to: descriptor) }
}

/// Sends a message to the agent; when it is gone, to nobody.
func sendFrame(_ message: [UInt8], to socket: BorrowedDescriptor) {
    try? socket.sendAll(FrameAssembler.frame(message))
}
