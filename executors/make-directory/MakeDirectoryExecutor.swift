import ExecutorKit

/// `make-directory`: creates a folder and its parents, like `mkdir -p`; an existing one is not an error.
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
