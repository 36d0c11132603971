import ExecutorKit

/// `move-directory`: moves a folder; an existing destination is moved aside first.
///
/// An existing `dest` is renamed to `dest-YYYY-MM-DD_HHMMSS`, with the time of its last change; see ``AsideName``.
struct MoveDirectoryExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        let src: String
        let dest: String
    }

    let commandName = "move-directory"
    let taskType = "file-management"

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        // Their parent folders change too: by removing the source, and by moving the destination aside.
        let source = try await context.absolutePath(parameters.src, parameter: "src", changingFolder: true)
        let destination = try await context.absolutePath(parameters.dest, parameter: "dest", changingFolder: true)
        let progress = CopyProgress(of: source, context: context)
        defer { progress.finish() }
        let aside = try await context.files.moveFolder(source, to: destination) { progress.add($0) }
        if let aside { context.log("moved existing \(destination) to \(aside)") }
        context.log("moved \(source) to \(destination)")
    }
}
