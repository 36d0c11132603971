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
        let source = try await context.absolutePath(parameters.src, parameter: "src")
        let destination = try await context.absolutePath(parameters.dest, parameter: "dest")
        // The folders around them change too: by what goes, and by what is moved aside.
        _ = try await context.absolutePath(FilePath.parent(of: source), parameter: "src")
        _ = try await context.absolutePath(FilePath.parent(of: destination), parameter: "dest")
        let aside = try await BlockingWork.run { cancellation in
            var progress = CopyProgress(of: source, size: nil, context: context)
            let copy = TreeCopy(cancellation: cancellation) { progress.add($0) }
            return try FolderMove(source: source, destination: destination).run(copyingWith: copy)
        }
        if let aside { context.log("moved existing \(destination) to \(aside)") }
        context.log("moved \(source) to \(destination)")
    }
}
