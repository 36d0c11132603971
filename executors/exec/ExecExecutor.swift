import ExecutorKit

/// `exec`: runs any program, which must exit with status 0, and handles the messages in its output.
struct ExecExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        let exe: String
        let args: [String]?
    }

    let commandName = "exec"
    let taskType = "misc"

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        let program = try await context.program(exe: parameters.exe, parameters.args ?? [])
        try await context.runAndListen(program)
    }
}
