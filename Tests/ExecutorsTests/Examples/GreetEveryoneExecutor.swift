import ExecutorKit

/// `greet-everyone`: greets people.
struct GreetEveryoneExecutor: CommandExecutor {
    /// What stands in the `parameters` of the command in a job.
    struct Parameters: Decodable, Sendable {
        let names: [String]
    }

    let commandName = "greet-everyone"
    let taskType = "misc"

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        guard !parameters.names.isEmpty else { throw CommandFailure("there is nobody to greet") }
        for name in parameters.names {
            context.activity("greeting \(name)")
            try await context.runToSuccess(Program("echo", ["Hello, \(name)!"]))
            context.stepCompleted()
        }
    }
}
