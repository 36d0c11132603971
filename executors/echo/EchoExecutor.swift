import ExecutorKit

/// `echo`: writes a message to the log of the task.
struct EchoExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        let message: String
    }

    let commandName = "echo"
    let taskType = "misc"

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        context.log(parameters.message)
    }
}
