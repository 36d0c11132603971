import SupervisorProtocol
import Synchronization
import System

/// A process that performs file operations as the user of programs: `task-supervisor` in another mode, as a program
/// under a `task-supervisor`, so that it has the limits of programs and is ended like them.
///
/// Its standard output is one end of a pair of sockets, over which it reads requests and writes replies.
final class FileHelper: Sendable {
    /// The process ended without a reply.
    struct EndedError: Error {}

    private let socket: Descriptor
    /// Returns why it ended.
    private let run: Task<String, Never>
    /// How long it may take to end.
    private let patience: Duration
    private let assembler = Mutex(FrameAssembler())
    private let stopped = Atomic(false)

    /// Starts the process in the background.
    ///
    /// - Throws: ``CommandError`` if there are no free descriptors.
    init(_ programs: ProgramRunner) throws {
        var pair: SocketPair
        do throws(SystemError) {
            pair = try SocketPair()
        } catch {
            throw CommandError("the agent has no descriptors left: \(error)")
        }
        socket = pair.ours.take()
        let theirs = BorrowedDescriptor(pair.theirs.take().release())
        patience = programs.defaults.gracePeriod + BlockingWork.patience
        run = Task {
            do {
                return "the process for file operations ended: \(try await programs.runFileHelper(over: theirs).end)"
            } catch {
                return "\(error)"
            }
        }
    }

    /// Whether it was told to stop.
    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// Stops it like any program: SIGTERM, grace period, SIGKILL. Returns immediately.
    func stop() {
        stopped.store(true, ordering: .relaxed)
        run.cancel()
    }

    /// Ends it when it has nothing more to do, and waits for that, even in a cancelled task; but not forever, because a
    /// process blocked in the kernel cannot be ended.
    func end() async {
        stopped.store(true, ordering: .relaxed)
        socket.shutDown()
        let (ended, end) = AsyncStream<Void>.makeStream()
        let timer = Task { [patience] in
            try? await ContinuousClock().sleep(for: patience)
            end.finish()
        }
        Task { [run] in
            _ = await run.value
            end.finish()
        }
        await Task { for await _ in ended {} }.value
        timer.cancel()
    }

    /// Returns why it ended.
    func reasonOfEnd() async -> String { await run.value }

    /// Sends a request and waits for its reply; blocks.
    ///
    /// - Throws: ``EndedError``; `MalformedMessageError`.
    func exchange(_ request: [UInt8], _ progress: (FileProgress) -> Void) throws -> FileReply {
        // One request at a time: other callers wait.
        try assembler.withLock { assembler in
            let socket = BorrowedDescriptor(socket.number)
            do { try socket.sendAll(FrameAssembler.frame(request)) } catch { throw EndedError() }
            while true {
                while let frame = try assembler.next() {
                    let reply = try FileReply(decoding: frame)
                    guard case .progress(let done) = reply else { return reply }
                    progress(done)
                }
                guard let bytes = try? socket.read(atMost: 1 << 16), !bytes.isEmpty else { throw EndedError() }
                assembler.append(bytes)
            }
        }
    }
}
