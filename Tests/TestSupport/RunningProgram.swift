import CPlatform
public import Foundation
import Synchronization

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
        var pipe: [Int32] = [-1, -1]
        guard platform_pipe(&pipe) == 0 else { throw POSIXError(.EMFILE) }
        defer { close(pipe[1]) }
        do {
            pid = try Self.spawn(
                path, arguments, ProcessInfo.processInfo.environment.merging(environment) { $1 }, in: folder,
                input: input?.fileDescriptor, output: pipe[1])
        } catch {
            close(pipe[0])
            throw error
        }
        _ = fcntl(pipe[0], F_SETFL, O_NONBLOCK)
        Self.read(from: pipe[0], into: state)
        Self.wait(for: pid, reading: pipe[0], state)
    }

    deinit { send(SIGKILL) }

    /// Neither through Foundation's `Process`, which notices the end of a program only when nobody holds the socket any more
    /// that it hands down, nor with any descriptor for others: what tests run side by side must not depend on each other.
    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String: String], in folder: String?, input: Int32?,
        output: Int32
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        _ = platform_spawn_closing_from(&actions, 3)
        if let folder { _ = platform_spawn_in_folder(&actions, folder) }
        // The tests ignore SIGPIPE, and their threads block signals; the programs begin as from a shell.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let words = ([path] + arguments).map { strdup($0) }
        let variables = environment.map { strdup("\($0)=\($1)") }
        defer { (words + variables).forEach { free($0) } }
        var pid: pid_t = 0
        let problem = posix_spawn(&pid, path, &actions, &attributes, words + [nil], variables + [nil])
        guard problem == 0 else { throw POSIXError(POSIXErrorCode(rawValue: problem) ?? .EINVAL) }
        return pid
    }

    /// Copies a file to where it can be executed at once, by another process: a program that is started while this one writes has
    /// its descriptors for a moment, and what is open for writing cannot be executed (`man 2 execve`, ETXTBSY).
    static func install(_ source: String, at path: String) throws {
        let process = try spawn(
            "/usr/bin/install", ["-m", "755", "--", source, path], [:], in: nil, input: nil, output: STDERR_FILENO)
        var status: Int32 = -1
        while waitpid(process, &status, 0) == -1 && errno == EINTR {}
        guard status == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    private static func read(from pipe: Int32, into state: SharedState) {
        Thread.detachNewThread {
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

    private static func wait(for pid: pid_t, reading pipe: Int32, _ state: SharedState) {
        Thread.detachNewThread {
            // Left waitable at first: while it is, nobody else gets its number.
            var end = siginfo_t()
            while waitid(P_PID, id_t(pid), &end, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
            let (found, waiters) = state.mutex.withLock { state in
                // All that it printed is there for whoever knows that it ended.
                state.read(from: pipe, atMost: 64)
                var status: Int32 = 0
                waitpid(pid, &status, 0)
                state.exit =
                    platform_exited(status)
                    ? .status(platform_exit_status(status)) : .signal(platform_ending_signal(status))
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
