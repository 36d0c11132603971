import ExecutorKit

/// `copy-file`: copies a file to a path that must not exist; missing folders above it are created.
///
/// The copy appears there only when it is complete and on disk, and replaces nothing. An existing file with the same
/// content is accepted: a task that is retried finds its own copy.
struct CopyFileExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        let src: String
        let dest: String
    }

    let commandName = "copy-file"
    let taskType = "file-management"

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        let source = try await context.absolutePath(parameters.src, parameter: "src")
        let destination = try await context.absolutePath(parameters.dest, parameter: "dest")
        // A task that is retried finds the copy that it made before.
        if try await context.files.haveSameContent(source, destination) {
            return context.log("\(destination) already has the content of \(source)")
        }
        let progress = CopyProgress(of: source, context: context)
        defer { progress.finish() }
        try await context.files.copyFile(source, to: destination) { progress.add($0) }
        context.log("copied \(source) to \(destination)")
    }
}
