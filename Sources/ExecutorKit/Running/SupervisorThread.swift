import Foundation
import SupervisorProtocol
package import System

/// The blocking calls for one running program, on a separate thread: starting the supervisor, reading the output of the
/// program and the messages of the supervisor, and waiting for the end.
struct SupervisorThread: Sendable {
    let supervisor: ProgramRunner.Supervisor
    let order: LaunchOrder
    let running: RunningProgram
    let sink: CommandSink
    let privateLines: PrivateLines?
    let onLine: (@Sendable (OutputLine) -> Void)?
    /// The standard output of the program, if it is not to be read here.
    let output: BorrowedDescriptor?

    /// The outcome, and the output of the program.
    typealias End = (outcome: RunningProgram.Outcome, output: ProgramOutput)

    /// Runs the thread until it ends.
    func run() async -> End {
        do throws(SystemError) {
            return try await SystemThread.run("program") { work() }
        } catch {
            return lost("cannot start a thread: \(error)")
        }
    }

    private func lost(_ reason: String) -> End { (.lost(reason), ProgramOutput(sink: sink, onLine: nil)) }

    private func work() -> End {
        do throws(SystemError) {
            return work(over: try SocketPair(), printingTo: try SystemPipe())
        } catch {
            return lost("cannot create a socket pair: \(error)")
        }
    }

    private func work(over sockets: consuming SocketPair, printingTo pipe: consuming SystemPipe) -> End {
        pipe.makeRoom(for: OutputPump.bufferSize)

        let process = Process()
        process.executableURL = URL(filePath: supervisor.path)
        process.arguments = supervisor.arguments
        process.environment = [:]
        // Not in the agent's working directory: its user may not access it, or its disk may go away.
        process.currentDirectoryURL = URL(filePath: "/", directoryHint: .isDirectory)
        process.standardInput = FileHandle(fileDescriptor: sockets.theirs.number, closeOnDealloc: false)
        let printed = FileHandle(fileDescriptor: pipe.writer.number, closeOnDealloc: false)
        process.standardOutput = output.map { FileHandle(fileDescriptor: $0.number, closeOnDealloc: false) } ?? printed
        process.standardError = printed
        do {
            try OwnChildren.start(process)
        } catch {
            return lost("cannot start \(supervisor.path): \(error.localizedDescription)")
        }
        running.isSupervised(by: process.processIdentifier)
        // The supervisor has its own copies: ours must be closed to notice its end.
        sockets.theirs.close()
        pipe.writer.close()

        let socket = BorrowedDescriptor(sockets.ours.number)
        // If the supervisor is gone, that is noticed when its messages are read.
        try? socket.sendAll(FrameAssembler.frame(AgentMessage.launch(order).encoded))
        running.open(socket)
        let (last, passed) = listen(
            socket: socket, pipe: BorrowedDescriptor(pipe.reader.number),
            watch: SupervisorWatch(supervisor: process.processIdentifier))
        // Without a termination handler: for each one, Foundation starts a thread and permanently uses 1.3 KB.
        process.waitUntilExit()
        OwnChildren.forget(process.processIdentifier)
        sockets.ours.close()
        pipe.reader.close()
        return (last ?? .lost(Self.text(of: process)), passed)
    }

    /// Reads until both the supervisor and the program have closed their output.
    private func listen(
        socket: BorrowedDescriptor, pipe: BorrowedDescriptor, watch: SupervisorWatch
    ) -> (RunningProgram.Outcome?, ProgramOutput) {
        var watch = watch
        var pump = OutputPump(
            descriptor: pipe, output: ProgramOutput(sink: sink, privateLines: privateLines, onLine: onLine))
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
                // If it sent an invalid message and is still alive, this makes it end its tree.
                socket.shutDown()
                waiting.drop(supervisor)
                if messages.outcome == nil { endStrays(of: watch.supervisor, cleanUp) }
            }
        }
        cleanUp.wait()
        // Killed by the agent, so it is reported like any program that did not stop.
        let forced = TreeReport(status: .signalled(SIGKILL, coreDumped: false), wasStopped: true, wasKilled: true)
        return (messages.outcome ?? (watch.hasKilled ? .ended(forced) : nil), pump.output)
    }

    private func noteUnstoppable(_ process: Int32, _ name: String) {
        sink.log(line: "process \(process) (\(name)) was killed, but has not ended; waiting for it")
    }

    /// The supervisor has ended before its tree: ends the tree in its place, on a separate thread, because its
    /// processes may print until then.
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
            // If no thread can be started, on this thread.
            end()
        }
    }

    private static func text(of process: Process) -> String {
        switch process.terminationReason {
        case .uncaughtSignal: "task-supervisor was killed by \(SignalName.of(process.terminationStatus))"
        default: "task-supervisor exited without reporting a result (exit status \(process.terminationStatus))"
        }
    }
}

/// Reads the messages of a supervisor.
private struct SupervisorMessageReader {
    private let socket: BorrowedDescriptor
    /// The last outcome reported.
    private(set) var outcome: RunningProgram.Outcome?
    private var assembler = FrameAssembler()

    init(_ socket: BorrowedDescriptor) { self.socket = socket }

    /// Reads once; returns false if there are no more messages.
    mutating func read(unstoppable: (Int32, String) -> Void, started: (Int32) -> Void) -> Bool {
        guard let bytes = try? socket.read(atMost: 4096), !bytes.isEmpty else { return false }
        assembler.append(bytes)
        do {
            while let frame = try assembler.next() {
                switch try SupervisorMessage(decoding: frame) {
                case .started(let process): started(process)
                case .failed(let failure): outcome = .failed(failure)
                case .refused(let reason): outcome = .lost("task-supervisor refused: \(reason)")
                case .unstoppable(let process, let name): unstoppable(process, name)
                case .ended(let report): outcome = .ended(report)
                }
            }
            return true
        } catch {
            outcome = .lost("task-supervisor sent an invalid message: \(error)")
            return false
        }
    }
}

extension SystemThread {
    /// Runs `work` on a new thread and returns its result, without blocking other tasks.
    ///
    /// This is not in `System`, because it would make Swift's concurrency runtime a part of every task supervisor.
    ///
    /// - Throws: like ``start(_:_:)``.
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
