import SupervisorProtocol
import System

/// The socket to the agent.
struct ControlChannel {
    /// The input from the socket.
    enum Input {
        case messages([AgentMessage])
        /// The agent closed the socket.
        case end
        case nonsense(String)
    }

    let descriptor: BorrowedDescriptor
    private var assembler = FrameAssembler()

    /// Creates a channel over `descriptor`, if that is a socket.
    init?(_ descriptor: BorrowedDescriptor) {
        guard descriptor.isSocket else { return nil }
        self.descriptor = descriptor
    }

    /// Waits for input.
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

    /// Sends a message to the agent; ignored if the agent is gone.
    func send(_ message: SupervisorMessage) { sendFrame(message.encoded, to: descriptor) }
}

/// Sends a message to the agent; ignored if the agent is gone.
func sendFrame(_ message: [UInt8], to socket: BorrowedDescriptor) {
    try? socket.sendAll(FrameAssembler.frame(message))
}
