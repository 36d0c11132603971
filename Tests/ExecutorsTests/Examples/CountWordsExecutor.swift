import ExecutorKit
import Synchronization

/// `count-words`: counts the words of a text file.
struct CountWordsExecutor: CommandExecutor {
    /// What stands in the `parameters` of the command in a job.
    struct Parameters: Decodable, Sendable {
        let file: String
        let atLeast: Int?
    }

    let commandName = "count-words"
    let taskType = "misc"

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        let path = try await context.absolutePath(parameters.file, parameter: "file")
        let words = Mutex(0)
        try await context.runToSuccess(Program("wc", ["-w", path])) { line in
            let count = line.text.split(separator: " ").first.flatMap { Int($0) }
            words.withLock { $0 = count ?? $0 }
        }
        let count = words.withLock { $0 }
        context.activity("\(count) words")
        if let least = parameters.atLeast, count < least {
            throw CommandError("\(path) has \(count) words, but should have \(least)")
        }
    }
}
