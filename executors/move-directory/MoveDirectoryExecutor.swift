import ExecutorKit

/// `move-directory`: moves a folder to another place; what is in that place is moved aside first.
///
/// What was at `dest` becomes `dest-YYYY-MM-DD_HHMMSS`, after the time at which it was last changed; see ``AsideName``.
struct MoveDirectoryExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        let src: String
        let dest: String
    }

    let commandName = "move-directory"
    let taskType = "file-management"

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        // The folders around them change too: by what goes, and by what is moved aside.
        let source = try await context.absolutePath(parameters.src, parameter: "src", changingFolder: true)
        let destination = try await context.absolutePath(parameters.dest, parameter: "dest", changingFolder: true)
        let progress = CopyProgress(of: source, context: context)
        defer { progress.finish() }
        let aside = try await context.files.moveFolder(source, to: destination) { progress.add($0) }
        if let aside { context.log("moved existing \(destination) to \(aside)") }
        context.log("moved \(source) to \(destination)")
    }
}
