public import Foundation
import Synchronization
import System

/// A real program that a test started; it is killed when the last reference goes.
public final class RunningProgram: Sendable {
    private struct State {
        var output = Data()
        /// Lines that somebody waits for, with who waits.
        var waiters: [(matches: @Sendable (Substring) -> Bool, found: CheckedContinuation<String?, Never>)] = []
        var outputEnded = false
        var exit: Exit?
        var exitWaiters: [CheckedContinuation<Exit, Never>] = []

        /// Takes what is in the pipe, in parts of 64 KiB, until its end; the thread that reads closes it behind that.
        mutating func read(from pipe: Int32, atMost parts: Int) {
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            for _ in 0..<parts where !outputEnded {
                let count = Glibc.read(pipe, &buffer, buffer.count)
                if count == -1 && (errno == EINTR || errno == EAGAIN) { return }
                output += buffer[..<max(count, 0)]
                outputEnded = count <= 0
            }
        }

        /// Takes out whoever waits for a line that is there now, or never comes.
        mutating func takeServedWaiters() -> [(CheckedContinuation<String?, Never>, String?)] {
            let all = waiters.map { ($0, line(where: $0.matches)) }
            waiters = outputEnded ? [] : all.filter { $0.1 == nil }.map(\.0)
            return all.filter { $0.1 != nil || outputEnded }.map { ($0.0.found, $0.1) }
        }

        func line(where matches: (Substring) -> Bool) -> String? {
            String(decoding: output, as: UTF8.self).split(separator: "\n").first(where: matches).map(String.init)
        }
    }

    /// How a program ended.
    public enum Exit: Hashable, Sendable {
        /// By itself, with this status.
        case status(Int32)
        /// By this signal.
        case signal(Int32)
    }

    private final class SharedState: Sendable {
        let mutex = Mutex(State())
    }

    private let state = SharedState()

    /// The process.
    public let pid: Int32

    /// Starts a program; its output and errors go to ``output``.
    ///
    /// - Parameter input: what it reads; the other end of a pipe, for instance.
    public init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil,
        input: FileHandle? = nil
    ) throws {
        var pipe = try SystemPipe()
        pid = try Self.spawn(
            path, arguments, ProcessInfo.processInfo.environment.merging(environment) { $1 }, in: folder,
            input: input?.fileDescriptor, output: pipe.writer.number)
        pipe.reader.setNonBlocking()
        let reader = pipe.reader.take().release()
        try Self.read(from: reader, into: state)
        try Self.wait(for: pid, reading: reader, state)
    }

    deinit { send(SIGKILL) }

    /// Neither through Foundation's `Process`, which notices the end of a program only when nobody holds the socket any more
    /// that it hands down, nor with any descriptor for others: what tests run side by side must not depend on each other.
    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String: String], in folder: String?, input: Int32?,
        output: Int32
    ) throws -> pid_t {
        var program = SpawnedProgram(path, arguments, environment: environment.map { "\($0)=\($1)" })
        program.folder = folder
        return try program.start(input: input, output: output, errors: output)
    }

    /// Copies a file to where it can be executed at once, by another process: a program that is started while this one writes has
    /// its descriptors for a moment, and what is open for writing cannot be executed (`man 2 execve`, ETXTBSY).
    static func install(_ source: String, at path: String) throws {
        let process = try spawn(
            "/usr/bin/install", ["-m", "755", "--", source, path], [:], in: nil, input: nil, output: STDERR_FILENO)
        guard try ChildProcess.wait(for: process) == .exited(0) else { throw CocoaError(.fileWriteUnknown) }
    }

    private static func read(from pipe: Int32, into state: SharedState) throws {
        try SystemThread.start("program output") {
            defer { close(pipe) }
            var ready = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
            while true {
                _ = poll(&ready, 1, -1)
                let (found, ended) = state.mutex.withLock { state in
                    state.read(from: pipe, atMost: 1)
                    return (state.takeServedWaiters(), state.outputEnded)
                }
                found.forEach { $0.0.resume(returning: $0.1) }
                if ended { return }
            }
        }
    }

    private static func wait(for pid: pid_t, reading pipe: Int32, _ state: SharedState) throws {
        try SystemThread.start("program end") {
            // Left waitable at first: while it is, nobody else gets its number.
            try? ChildProcess.waitUntilEnded(pid)
            let (found, waiters) = state.mutex.withLock { state in
                // All that it printed is there for whoever knows that it ended.
                state.read(from: pipe, atMost: 64)
                switch try? ChildProcess.wait(for: pid) {
                case .exited(let status): state.exit = .status(status)
                case .signalled(let signal, _): state.exit = .signal(signal)
                case nil: state.exit = .status(-1)
                }
                defer { state.exitWaiters = [] }
                return (state.takeServedWaiters(), state.exitWaiters)
            }
            found.forEach { $0.0.resume(returning: $0.1) }
            waiters.forEach { $0.resume(returning: state.mutex.withLock { $0.exit } ?? .status(-1)) }
        }
    }

    /// Everything that it printed so far.
    public var output: String { state.mutex.withLock { String(decoding: $0.output, as: UTF8.self) } }

    /// The first line that fits, as soon as it is printed; absent when the output ends without it.
    ///
    /// A test that is out of time kills the program, so that the wait ends with it.
    public func line(where matches: @escaping @Sendable (Substring) -> Bool) async -> String? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known: String?? = state.mutex.withLock { state in
                    if let line = state.line(where: matches) { return line }
                    if state.outputEnded { return .some(nil) }
                    state.waiters.append((matches, continuation))
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            send(SIGKILL)
        }
    }

    /// The first line with this text in it, as soon as it is printed; absent when the output ends without it.
    public func line(with text: String) async -> String? { await line { $0.contains(text) } }

    /// Sends a signal, unless it has ended.
    public func send(_ signal: Int32) {
        state.mutex.withLock { state in
            if state.exit == nil { kill(pid, signal) }
        }
    }

    /// How it ended, and everything that it printed, when both it and its output have.
    public func end() async -> (exit: Exit, output: String) {
        _ = await line { _ in false }
        return (await exit(), output)
    }

    /// How it ended, when it has; as for lines, a test that is out of time kills it.
    public func exit() async -> Exit {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = state.mutex.withLock { state in
                    if state.exit == nil { state.exitWaiters.append(continuation) }
                    return state.exit
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            send(SIGKILL)
        }
    }
}
