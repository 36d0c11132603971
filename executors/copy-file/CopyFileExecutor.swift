import ExecutorKit

/// `copy-file`: copies a file to a place where nothing is yet; missing folders above it are made.
///
/// The copy appears under its name when it is complete and on the disk, never before, and replaces nothing.
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
        try await BlockingWork.run { cancellation in
            guard let status = try FileStatus(source, followingLinks: true) else {
                throw CommandFailure("cannot copy \(source): there is no such file")
            }
            guard status.kind == .file else { throw CommandFailure("cannot copy \(source): it is not a file") }
            // Said before gigabytes are copied in vain; the copy itself makes sure.
            if try FileStatus(destination) != nil { throw alreadyThere(source, destination) }
            try FilePath.makeFolders(FilePath.parent(of: destination))

            var progress = CopyProgress(of: source, size: status.size, context: context)
            do {
                try FileCopy(cancellation: cancellation) { progress.add($0) }.copy(source, toFree: destination)
            } catch let error as FileError where error.isAlreadyThere {
                throw alreadyThere(source, destination)
            }
        }
        context.log("copied \(source) to \(destination)")
    }

    private func alreadyThere(_ source: String, _ destination: String) -> CommandFailure {
        CommandFailure("cannot copy \(source) to \(destination): something is there already")
    }
}
