import FileWork
import SupervisorProtocol
import System

/// Performs the agent's file operations as the user of programs: requests are received over a socket and answered one
/// at a time, until the agent closes its end or SIGTERM is received.
struct FileService {
    private let socket: BorrowedDescriptor
    private let signals: SupervisorSignals
    private var assembler = FrameAssembler()

    /// Creates a service over `descriptor`, if that is a socket.
    init?(_ descriptor: BorrowedDescriptor) {
        guard descriptor.isSocket, let signals = SupervisorSignals() else { return nil }
        socket = descriptor
        self.signals = signals
    }

    /// Serves requests; returns the exit status.
    mutating func run() -> Int32 {
        do {
            while let bytes = try nextRequest() {
                let (request, policy) = try FileRequest.decoded(bytes)
                let control = FileWorkControl(isStopped: { [signals] in signals.askToEnd }) { [socket] progress in
                    sendFrame(FileReply.progress(progress).encoded, to: socket)
                }
                sendFrame(request.perform(policy, control).encoded, to: socket)
            }
            return 0
        } catch {
            let problem = "task-supervisor: invalid file request: \(error)\n"
            try? BorrowedDescriptor.standardError.writeAll(problem)
            return 70
        }
    }

    /// Waits for a request; returns nil if there are no more.
    private mutating func nextRequest() throws -> [UInt8]? {
        while true {
            if let request = try assembler.next() { return request }
            var waiting = PollList()
            waiting.add(signals.descriptor, .input)
            waiting.add(socket, .input)
            guard waiting.wait() else { continue }
            if waiting.isReady(0) {
                signals.drain()
                if signals.askToEnd { return nil }
            }
            if !waiting.isReady(1) { continue }
            guard let bytes = try? socket.read(atMost: 65536), !bytes.isEmpty else { return nil }
            assembler.append(bytes)
        }
    }
}
