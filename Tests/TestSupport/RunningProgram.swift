import ExecutorKit
import Foundation
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

    private let process: Process
    private let state: SharedState

    private final class SharedState: Sendable {
        let mutex = Mutex(State())
    }

    /// Starts a program; its output and errors go to ``output``.
    public init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
    ) throws {
        let process = Process()
        let state = SharedState()
        let pipe = Pipe()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        process.terminationHandler = { process in
            let exit: Exit =
                process.terminationReason == .exit
                ? .status(process.terminationStatus) : .signal(process.terminationStatus)
            let waiters = state.mutex.withLock { state in
                state.exit = exit
                defer { state.exitWaiters = [] }
                return state.exitWaiters
            }
            waiters.forEach { $0.resume(returning: exit) }
        }
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            let found = state.mutex.withLock { state in
                state.output += data
                state.outputEnded = data.isEmpty
                return state.takeServedWaiters()
            }
            found.forEach { $0.0.resume(returning: $0.1) }
        }
        try process.runInTurn()
        self.process = process
        self.state = state
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// The process.
    public var pid: Int32 { process.processIdentifier }

    /// Everything that it printed so far.
    public var output: String { state.mutex.withLock { String(decoding: $0.output, as: UTF8.self) } }

    /// The first line that fits, as soon as it is printed; absent when the output ends without it.
    public func line(where matches: @escaping @Sendable (Substring) -> Bool) async -> String? {
        await withCheckedContinuation { continuation in
            let known: String?? = state.mutex.withLock { state in
                if let line = state.line(where: matches) { return line }
                if state.outputEnded { return .some(nil) }
                state.waiters.append((matches, continuation))
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// The first line with this text in it, as soon as it is printed; absent when the output ends without it.
    public func line(with text: String) async -> String? { await line { $0.contains(text) } }

    /// Sends a signal.
    public func send(_ signal: Int32) { kill(pid, signal) }

    /// How it ended, when it has.
    public func exit() async -> Exit {
        await withCheckedContinuation { continuation in
            let known = state.mutex.withLock { state in
                if state.exit == nil { state.exitWaiters.append(continuation) }
                return state.exit
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
