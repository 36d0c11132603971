import ExecutorKit

/// `make-directory`: makes a folder and those above it, as `mkdir -p` does; one that exists is fine.
struct MakeDirectoryExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        let path: String
    }

    let commandName = "make-directory"
    let taskType = "file-management"

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        let path = try await context.absolutePath(parameters.path, parameter: "path")
        try await context.files.makeFolders(path)
        context.log("folder \(path) exists")
    }
}
