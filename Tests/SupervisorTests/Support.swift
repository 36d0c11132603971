import ExecutorKit
import Foundation
import TestSupport

/// A runner, a log, and a mark in the environment of all it runs, by which what is alive of that is counted.
struct Bench {
    /// A time for which no test waits: the time limit of each is shorter.
    static let beyondTheTest = Duration.seconds(90)

    let mark = UUID().uuidString
    let recorder = CommandRecorder()
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
        try await runner.run(program, sink: recorder.sink, onLine: onLine)
    }

    /// Runs a line of shell.
    @discardableResult
    func shell(_ line: String, _ arguments: String...) async throws -> ProgramResult {
        try await run(Program("/bin/sh", ["-c", line, "sh"] + arguments))
    }

    /// Starts a line of shell, waits until it has printed `ready`, and cancels it; gives what came of it.
    func cancelled(_ line: String) async -> Result<ProgramResult, any Error> {
        let task = Task { try await shell(line) }
        await recorder.waitForLog("\nready\n")
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
            defer { close(descriptor) }
            var isLetGo = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&isLetGo, 1, Int32(Bench.beyondTheTest.components.seconds * 1000)) == 1 else {
                throw POSIXError(.ETIMEDOUT)
            }
        }
    }
}
