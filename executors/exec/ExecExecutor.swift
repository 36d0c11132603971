import ExecutorKit

/// `exec`: runs any program, which has to end with exit status 0, and does what the program says in its output.
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
