import ExecutorKit
import Synchronization

/// Runs a program as those of tasks are run, to see whether it can be.
struct ProgramTrial: Sendable {
    var programs: Result<ProgramRunner, any Error>

    static let limit = Duration.seconds(15)

    /// What came of it.
    struct Outcome {
        /// Which file was run.
        let file: String
        /// The first line that it printed.
        let firstLine: String
        let end: ProgramEnd
    }

    /// Runs it; it has some seconds.
    ///
    /// - Throws: why it cannot be run, in one sentence.
    func run(_ program: Program) async throws -> Outcome {
        let programs = try programs.get()
        var program = program
        program.timeLimit = Self.limit
        let first = FirstLine()
        let result = try await programs.run(program, report: SilentReport()) { first.note($0.text) }
        let defaults = programs.defaults
        let file = try await BlockingWork.run("look at \(program.executable)", limit: Self.limit) { [program] _ in
            try program.findExecutable(
                environment: defaults.environment, workingDirectory: defaults.workingDirectory)
        }
        return Outcome(file: file, firstLine: first.text, end: result.end)
    }

    private final class FirstLine: Sendable {
        private let line = Mutex("")

        var text: String { line.withLock(\.self) }

        func note(_ text: String) { line.withLock { if $0.isEmpty { $0 = text } } }
    }
}
