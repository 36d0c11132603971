import CPlatform
import SupervisorProtocol
import Synchronization
import Wording

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A process that works on files as the user of programs: `task-supervisor` in another mode, as a program under a
/// `task-supervisor`, so that it has the limits of programs and is ended like them.
///
/// Its standard output is one end of a pair of sockets, over which it reads requests and writes replies.
final class FileHelper: Sendable {
    /// It ended in place of an answer.
    struct Ended: Error {}

    private let socket: Int32
    /// Gives why it ended.
    private let run: Task<String, Never>
    /// How long its end may take.
    private let patience: Duration
    private let assembler = Mutex(FrameAssembler())
    private let stopped = Atomic(false)

    /// Begins to start it.
    ///
    /// - Throws: ``CommandError`` without descriptors for it.
    init(_ programs: ProgramRunner) throws {
        var pair: [Int32] = [-1, -1]
        guard platform_socket_pair(&pair) == 0 else {
            throw CommandError("the agent has no descriptors left: \(SystemErrorText.words(errno))")
        }
        socket = pair[0]
        let theirs = pair[1]
        patience = programs.defaults.gracePeriod + BlockingWork.patience
        run = Task {
            do {
                return "the process for it ended: \(try await programs.runFileHelper(over: theirs).end)"
            } catch {
                return "\(error)"
            }
        }
    }

    deinit { close(socket) }

    /// Whether it was told to stop.
    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// Ends it as any program is stopped: SIGTERM, grace period, SIGKILL. Returns at once.
    func stop() {
        stopped.store(true, ordering: .relaxed)
        run.cancel()
    }

    /// Ends it when it has nothing more to do, and waits for that, also in a task that is cancelled; not for ever, since
    /// what waits in the kernel cannot be ended.
    func end() async {
        stopped.store(true, ordering: .relaxed)
        shutdown(socket, Int32(SHUT_RDWR))
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

    /// Why it ended.
    func reasonOfEnd() async -> String { await run.value }

    /// Sends a request and waits for its reply; blocks.
    ///
    /// - Throws: ``Ended``; `MalformedMessage`.
    func exchange(_ request: [UInt8], _ progress: (FileProgress) -> Void) throws -> FileReply {
        // One request after another: who comes meanwhile waits.
        try assembler.withLock { assembler in
            let frame = FrameAssembler.frame(request)
            var sent = 0
            while sent < frame.count {
                let count = frame.withUnsafeBytes { bytes in
                    platform_send(socket, bytes.baseAddress.map { $0 + sent }, frame.count - sent, true)
                }
                if count < 0 && errno != EINTR { throw Ended() }
                sent += max(count, 0)
            }
            while true {
                while let frame = try assembler.next() {
                    let reply = try FileReply(decoding: frame)
                    guard case .progress(let done) = reply else { return reply }
                    progress(done)
                }
                let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                    var got: Int
                    repeat { got = recv(socket, buffer.baseAddress, 1 << 16, 0) } while got == -1 && errno == EINTR
                    count = max(got, 0)
                }
                if bytes.isEmpty { throw Ended() }
                assembler.append(bytes)
            }
        }
    }
}
