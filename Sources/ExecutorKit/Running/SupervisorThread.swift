import Foundation
import SupervisorProtocol
package import System

/// What one running program needs in blocking calls, on a thread of its own: starting the supervisor, reading what the
/// program prints and what the supervisor says, and waiting for the end.
struct SupervisorThread: Sendable {
    let supervisor: ProgramRunner.Supervisor
    let order: LaunchOrder
    let running: RunningProgram
    let sink: CommandSink
    let privateLines: PrivateLines?
    let onLine: (@Sendable (OutputLine) -> Void)?
    /// What the program has as its standard output, if that is not to be read here.
    let output: BorrowedDescriptor?

    /// How it came out, whether the log of the task stands at the beginning of a line, and what was printed last.
    typealias End = (outcome: RunningProgram.Outcome, isAtLineStart: Bool, tail: OutputTail)

    /// Runs the thread to its end.
    func run() async -> End {
        do throws(SystemError) {
            return try await SystemThread.run("program") { work() }
        } catch {
            return Self.lost("the agent has no thread left: \(error)")
        }
    }

    private static func lost(_ reason: String) -> End { (.lost(reason), true, OutputTail()) }

    private func work() -> End {
        do throws(SystemError) {
            return work(over: try SocketPair(), printingTo: try SystemPipe())
        } catch {
            return Self.lost("the agent has no descriptors left: \(error)")
        }
    }

    private func work(over sockets: consuming SocketPair, printingTo pipe: consuming SystemPipe) -> End {
        pipe.makeRoom(for: OutputPump.bufferSize)

        let process = Process()
        process.executableURL = URL(filePath: supervisor.path)
        process.arguments = supervisor.arguments
        process.environment = [:]
        // Not where the agent was called: its user may not enter that folder, or it may be on a disk that goes away.
        process.currentDirectoryURL = URL(filePath: "/", directoryHint: .isDirectory)
        process.standardInput = FileHandle(fileDescriptor: sockets.theirs.number, closeOnDealloc: false)
        let printed = FileHandle(fileDescriptor: pipe.writer.number, closeOnDealloc: false)
        process.standardOutput = output.map { FileHandle(fileDescriptor: $0.number, closeOnDealloc: false) } ?? printed
        process.standardError = printed
        do {
            try OwnChildren.start(process)
        } catch {
            return Self.lost("cannot start \(supervisor.path): \(error.localizedDescription)")
        }
        running.isSupervised(by: process.processIdentifier)
        // The ends of the supervisor are its own now: ours must close when it ends.
        sockets.theirs.close()
        pipe.writer.close()

        let socket = BorrowedDescriptor(sockets.ours.number)
        // A supervisor that does not listen is gone, which is seen where it is listened to.
        try? socket.sendAll(FrameAssembler.frame(AgentMessage.launch(order).encoded))
        running.open(socket)
        let (last, isAtLineStart, tail) = listen(
            socket: socket, pipe: BorrowedDescriptor(pipe.reader.number),
            watch: SupervisorWatch(supervisor: process.processIdentifier))
        // Not by a termination handler, for each of which Foundation starts a thread and keeps 1.3 KB for good.
        process.waitUntilExit()
        OwnChildren.forget(process.processIdentifier)
        sockets.ours.close()
        pipe.reader.close()
        return (last ?? .lost(Self.text(of: process)), isAtLineStart, tail)
    }

    /// Listens until both the supervisor and the program have fallen silent for good.
    private func listen(
        socket: BorrowedDescriptor, pipe: BorrowedDescriptor, watch: SupervisorWatch
    ) -> (RunningProgram.Outcome?, isAtLineStart: Bool, tail: OutputTail) {
        var watch = watch
        var pump = OutputPump(descriptor: pipe, sink: sink, privateLines: privateLines, onLine: onLine)
        var messages = SupervisorMessageReader(socket)
        var waiting = PollList()
        let (output, supervisor) = (0, 1)
        waiting.add(pipe, .input)
        waiting.add(socket, .input)
        let cleanUp = DispatchGroup()
        while !waiting.isEmpty {
            let isReady = waiting.wait(atMost: SupervisorWatch.interval)
            if waiting.waits(for: supervisor), let line = watch.look(overdue: running.overdue(after: order.gracePeriod))
            {
                sink.log(line: line)
            }
            guard isReady else { continue }
            if waiting.isReady(output) {
                running.hasPrinted()
                if !pump.pump() { waiting.drop(output) }
            }
            if waiting.isReady(supervisor),
                !messages.read(unstoppable: noteUnstoppable, started: running.hasStarted)
            {
                running.close()
                // Should it have sent an invalid message and be alive, then it ends its tree now.
                socket.shutDown()
                waiting.drop(supervisor)
                if messages.outcome == nil { endStrays(of: watch.supervisor, cleanUp) }
            }
        }
        cleanUp.wait()
        // Killed by us, so it ended as everything does that does not stop.
        let forced = TreeReport(status: .signalled(SIGKILL, coreDumped: false), wasStopped: true, wasKilled: true)
        return (messages.outcome ?? (watch.hasKilled ? .ended(forced) : nil), pump.isAtLineStart, pump.tail)
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
        do {
            try SystemThread.start("stray processes", end)
        } catch {
            // Without a thread for it, better here than not at all.
            end()
        }
    }

    private static func text(of process: Process) -> String {
        switch process.terminationReason {
        case .uncaughtSignal: "its supervisor was killed by \(SignalName.of(process.terminationStatus))"
        default: "its supervisor ended without a word, exit status \(process.terminationStatus)"
        }
    }
}

/// Reads the messages of a supervisor.
private struct SupervisorMessageReader {
    private let socket: BorrowedDescriptor
    /// What the last message said.
    private(set) var outcome: RunningProgram.Outcome?
    private var assembler = FrameAssembler()

    init(_ socket: BorrowedDescriptor) { self.socket = socket }

    /// Reads once; false when there are no more messages.
    mutating func read(unstoppable: (Int32, String) -> Void, started: (Int32) -> Void) -> Bool {
        guard let bytes = try? socket.read(atMost: 4096), !bytes.isEmpty else { return false }
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

extension SystemThread {
    /// Runs `work` on a thread of its own and returns its result; the task that calls it waits without holding up others.
    ///
    /// It is not in `System`, since Swift's runtime for concurrency would then be a part of every task supervisor.
    ///
    /// - Throws: as ``start(_:_:)``.
    package static func run<Value: Sendable>(
        _ name: String, _ work: @escaping @Sendable () -> Value
    ) async throws(SystemError) -> Value {
        let result: Result<Value, SystemError> = await withCheckedContinuation { continuation in
            do throws(SystemError) {
                try start(name) { continuation.resume(returning: .success(work())) }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }
}
