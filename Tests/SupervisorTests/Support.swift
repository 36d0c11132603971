import ExecutorKit
import Foundation
import Synchronization
import TestSupport

/// A log in memory.
final class Recording: CommandReport {
    private let bytes = Mutex([UInt8]())
    private let watchers = Mutex([(text: String, continuation: CheckedContinuation<Void, Never>)]())

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
    var count: Int { bytes.withLock(\.count) }
    var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    func log(_ piece: UnsafeRawBufferPointer) {
        bytes.withLock { $0.append(contentsOf: piece) }
        let found = watchers.withLock { watchers in
            let text = self.text
            let found = watchers.filter { text.contains($0.text) }
            watchers.removeAll { text.contains($0.text) }
            return found
        }
        found.forEach { $0.continuation.resume() }
    }

    func activity(_ text: String) {}
    func stepCompleted() {}
    func outputProduced(_ path: String) {}

    /// Waits until this text has been logged.
    func waitFor(_ text: String) async {
        await withCheckedContinuation { continuation in
            let isThere = watchers.withLock { watchers in
                if self.text.contains(text) { return true }
                watchers.append((text, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}

/// A runner, a log, and a mark in the environment of all it runs, by which what is alive of that is counted.
struct Bench {
    let mark = UUID().uuidString
    let report = Recording()
    var runner: ProgramRunner

    init(
        clock: any Clock<Duration> = ContinuousClock(), gracePeriod: Duration = .milliseconds(200),
        leftoverTime: Duration = .milliseconds(200)
    ) {
        runner = ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"), clock: clock)
        runner.defaults.gracePeriod = gracePeriod
        runner.defaults.leftoverTime = leftoverTime
        runner.defaults.environment["TEST_MARK"] = mark
    }

    func run(_ program: Program, onLine: (@Sendable (OutputLine) -> Void)? = nil) async throws -> ProgramResult {
        try await runner.run(program, report: report, onLine: onLine)
    }

    /// Runs a line of shell.
    @discardableResult
    func shell(_ line: String, _ arguments: String...) async throws -> ProgramResult {
        try await run(Program("/bin/sh", ["-c", line, "sh"] + arguments))
    }

    /// Starts a line of shell, waits until it has printed `ready`, and cancels it; gives what came of it.
    func cancelled(_ line: String) async -> Result<ProgramResult, any Error> {
        let task = Task { try await shell(line) }
        await report.waitFor("\nready\n")
        task.cancel()
        return await task.result
    }

    /// What is alive of all that was run here, zombies left out.
    var alive: [Int32] { processes(marked: "TEST_MARK=\(mark)") }
}

/// All processes with this entry in their environment.
func processes(marked entry: String) -> [Int32] {
    let files = FileManager.default
    return ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap(Int32.init).filter { id in
        guard id != getpid(), let environment = files.contents(atPath: "/proc/\(id)/environ") else { return false }
        return environment.split(separator: 0).contains { $0.elementsEqual(entry.utf8) }
    }
}

/// A named pipe that a process tree holds open for writing: its end says that all who held it are gone.
struct Lifeline: Sendable {
    let folder: TemporaryFolder
    let path: String
    private let descriptor: Int32

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("lifeline")
        mkfifo(path, 0o600)
        // Without waiting for a writer, whoever that will be and whenever it comes.
        descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    }

    /// Waits until nobody holds it any more; to be called when somebody does.
    func end() async throws {
        try await BlockingWork.run { _ in
            _ = fcntl(descriptor, F_SETFL, 0)
            var byte: UInt8 = 0
            while read(descriptor, &byte, 1) > 0 {}
            close(descriptor)
        }
    }
}
