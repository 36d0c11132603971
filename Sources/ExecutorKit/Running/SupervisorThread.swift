import CPlatform
import Foundation
import SupervisorProtocol
import Wording

/// What one running program needs in blocking calls, on a thread of its own: starting the supervisor, reading what the
/// program prints and what the supervisor says, and waiting for the end.
struct SupervisorThread: Sendable {
    let supervisor: ProgramRunner.Supervisor
    let order: LaunchOrder
    let running: RunningProgram
    let sink: CommandSink
    let onLine: (@Sendable (OutputLine) -> Void)?
    /// What the program has as its standard output, if that is not to be read here.
    let output: Int32?

    /// How it came out, whether the log of the task stands at the beginning of a line, and what was printed last.
    typealias End = (outcome: RunningProgram.Outcome, isAtLineStart: Bool, tail: OutputTail)

    /// Runs the thread to its end.
    func run() async -> End {
        await withCheckedContinuation { continuation in
            if let problem = DetachedThread.start({ continuation.resume(returning: work()) }) {
                let words = SystemErrorText.words(problem)
                continuation.resume(returning: (.lost("the agent has no thread left: \(words)"), true, OutputTail()))
            }
        }
    }

    private func work() -> End {
        var sockets: [Int32] = [-1, -1]
        var pipe: [Int32] = [-1, -1]
        defer { (sockets + pipe).forEach { if $0 >= 0 { close($0) } } }
        guard platform_socket_pair(&sockets) == 0, platform_pipe(&pipe) == 0 else {
            return (.lost("the agent has no descriptors left: \(SystemErrorText.words(errno))"), true, OutputTail())
        }

        #if os(Linux)
            // Room for as much as is read at once; where the system denies it, 64 KiB do too.
            _ = platform_set_pipe_size(pipe[0], Int32(OutputPump.bufferSize))
        #endif

        let process = Process()
        process.executableURL = URL(filePath: supervisor.path)
        process.arguments = supervisor.arguments
        process.environment = [:]
        // Not where the agent was called: its user may not enter that folder, or it may be on a disk that goes away.
        process.currentDirectoryURL = URL(filePath: "/", directoryHint: .isDirectory)
        process.standardInput = FileHandle(fileDescriptor: sockets[1], closeOnDealloc: false)
        let printed = FileHandle(fileDescriptor: pipe[1], closeOnDealloc: false)
        process.standardOutput = output.map { FileHandle(fileDescriptor: $0, closeOnDealloc: false) } ?? printed
        process.standardError = printed
        do {
            try OwnChildren.start(process)
        } catch {
            return (.lost("cannot start \(supervisor.path): \(error.localizedDescription)"), true, OutputTail())
        }
        running.isSupervised(by: process.processIdentifier)
        // The ends of the supervisor are its own now: ours must close when it ends.
        close(sockets[1])
        close(pipe[1])
        (sockets[1], pipe[1]) = (-1, -1)

        send(.launch(order), to: sockets[0])
        running.open(sockets[0])
        let (last, isAtLineStart, tail) = listen(
            socket: sockets[0], pipe: pipe[0], watch: SupervisorWatch(supervisor: process.processIdentifier))
        // Not by a termination handler, for each of which Foundation starts a thread and keeps 1.3 KB for good.
        process.waitUntilExit()
        OwnChildren.forget(process.processIdentifier)
        return (last ?? .lost(Self.words(process)), isAtLineStart, tail)
    }

    /// Listens until both the supervisor and the program have fallen silent for good.
    private func listen(
        socket: Int32, pipe: Int32, watch: SupervisorWatch
    ) -> (RunningProgram.Outcome?, isAtLineStart: Bool, tail: OutputTail) {
        var watch = watch
        var pump = OutputPump(descriptor: pipe, sink: sink, onLine: onLine)
        var voice = SupervisorVoice(descriptor: socket)
        var descriptors = [
            pollfd(fd: pipe, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
        ]
        let cleanUp = DispatchGroup()
        while descriptors.contains(where: { $0.fd >= 0 }) {
            let isReady = poll(&descriptors, 2, Int32(SupervisorWatch.interval / .milliseconds(1))) > 0
            if descriptors[1].fd >= 0, let line = watch.look(overdue: running.overdue(after: order.gracePeriod)) {
                sink.log(line: line)
            }
            guard isReady else { continue }
            if descriptors[0].revents != 0 {
                running.hasPrinted()
                if !pump.pump() { descriptors[0].fd = -1 }
            }
            if descriptors[1].revents != 0, !voice.listen(hearing: noteUnstoppable, started: running.hasStarted) {
                running.close()
                // Should it have talked nonsense and be alive, then it ends its tree now.
                shutdown(socket, Int32(SHUT_RDWR))
                descriptors[1].fd = -1
                if voice.outcome == nil { endStrays(of: watch.supervisor, cleanUp) }
            }
        }
        cleanUp.wait()
        // Killed by us, so it ended as everything does that does not stop.
        let forced = TreeReport(status: .signalled(SIGKILL, coreDumped: false), wasStopped: true, wasKilled: true)
        return (voice.outcome ?? (watch.hasKilled ? .ended(forced) : nil), pump.isAtLineStart, pump.tail)
    }

    private func noteUnstoppable(_ process: Int32, _ name: String) {
        sink.log(line: "process \(process) (\(name)) was killed, but does not end; waiting for it")
    }

    /// The supervisor is gone before its tree: ends that in its place, on a thread of its own, since what is ended may
    /// print until then.
    private func endStrays(of supervisor: Int32, _ group: DispatchGroup) {
        let tree = StrayTree(gracePeriod: order.gracePeriod, controlGroup: order.group?.path)
        let end: @Sendable () -> Void = {
            SupervisorWatch.waitForEnd(of: supervisor, atMost: order.gracePeriod + SupervisorWatch.patience)
            tree.end { running.isUrgent }
            group.leave()
        }
        group.enter()
        // Without a thread for it, better here than not at all.
        if DetachedThread.start(end) != nil { end() }
    }

    private func send(_ message: AgentMessage, to socket: Int32) {
        let frame = FrameAssembler.frame(message.encoded)
        var sent = 0
        while sent < frame.count {
            let count = frame.withUnsafeBytes { bytes in
                platform_send(socket, bytes.baseAddress.map { $0 + sent }, frame.count - sent, true)
            }
            // A supervisor that does not listen is gone, which is seen where it is listened to.
            if count < 0 && errno != EINTR { return }
            sent += max(count, 0)
        }
    }

    private static func words(_ process: Process) -> String {
        switch process.terminationReason {
        case .uncaughtSignal: "its supervisor was killed by \(SignalName.of(process.terminationStatus))"
        default: "its supervisor ended without a word, exit status \(process.terminationStatus)"
        }
    }
}

/// What the supervisor says.
private struct SupervisorVoice {
    let descriptor: Int32
    /// What it said last.
    private(set) var outcome: RunningProgram.Outcome?
    private var assembler = FrameAssembler()

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Reads once; false when it has nothing more to say.
    mutating func listen(hearing unstoppable: (Int32, String) -> Void, started: (Int32) -> Void) -> Bool {
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            var got: Int
            repeat { got = read(descriptor, buffer.baseAddress, 4096) } while got == -1 && errno == EINTR
            count = max(got, 0)
        }
        guard !bytes.isEmpty else { return false }
        assembler.append(bytes)
        do {
            while let frame = try assembler.next() {
                switch try SupervisorMessage(decoding: frame) {
                case .started(let process): started(process)
                case .failed(let failure): outcome = .failed(failure)
                case .refused(let reason): outcome = .lost("its supervisor refuses: \(reason)")
                case .unstoppable(let process, let name): unstoppable(process, name)
                case .ended(let report): outcome = .ended(report)
                }
            }
            return true
        } catch {
            outcome = .lost("its supervisor talks nonsense: \(error)")
            return false
        }
    }
}
