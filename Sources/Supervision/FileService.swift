import CPlatform
import FileWork
import SupervisorProtocol

/// Does the agent's work on files as the user of programs: requests come in over a socket and replies go back, one at a time,
/// until the agent closes its end or SIGTERM comes.
struct FileService {
    private let socket: Int32
    private let signals: Signals
    private var assembler = FrameAssembler()

    /// A service over `descriptor`, if that is a socket.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK, let signals = Signals() else {
            return nil
        }
        socket = descriptor
        self.signals = signals
    }

    /// Serves; gives the exit status.
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
            let words = "task-supervisor: invalid request for work on files: \(error)\n"
            _ = words.withCString { write(2, $0, words.utf8.count) }
            return 70
        }
    }

    /// Waits for a request; nil when there will be no more.
    private mutating func nextRequest() throws -> [UInt8]? {
        while true {
            if let request = try assembler.next() { return request }
            var descriptors = [
                pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&descriptors, 2, -1) > 0 else { continue }
            if descriptors[0].revents != 0 {
                signals.drain()
                if signals.askToEnd { return nil }
            }
            if descriptors[1].revents == 0 { continue }
            let bytes = [UInt8](unsafeUninitializedCapacity: 65536) { [socket] buffer, count in
                count = max(0, retryingInterrupts { read(socket, buffer.baseAddress, 65536) })
            }
            if bytes.isEmpty { return nil }
            assembler.append(bytes)
        }
    }
}
