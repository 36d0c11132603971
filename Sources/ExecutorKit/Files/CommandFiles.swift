// All of it is for this package only: what the agent and its executors share.
@_exported public import FileWork
import Synchronization
import System

/// The file operations of one command: all files named by a job are read, created and changed through this type only.
///
/// They are performed like the programs of the command: by the operator's rules, as `run_as_user`, within the time
/// limit of programs; off Swift's own threads, so that cancellation takes effect even if a disk does not respond. With
/// another user or a sandbox, a process of that user and in that sandbox performs them, one for the whole command,
/// started by the first request.
public final class CommandFiles: Sendable {
    private let programs: ProgramRunner
    private let clock: any Clock<Duration>
    private let policy: FilePolicy
    private let helper = Mutex<FileHelper?>(nil)

    /// Creates the file operations of commands whose programs are run by `programs`.
    package init(programs: ProgramRunner, clock: any Clock<Duration>) {
        self.programs = programs
        self.clock = clock
        policy = programs.policy.files
    }

    /// Performs a request.
    ///
    /// - Parameter progress: receives the progress of a copy, on a separate thread.
    /// - Throws: ``FileError``, ``CommandError``, ``PolicyViolation``, `CancellationError`.
    package func perform(
        _ request: FileRequest, progress: @escaping @Sendable (FileProgress) -> Void = { _ in }
    ) async throws -> FileReply {
        try await perform(request, policy, progress)
    }

    /// Returns whether a path is that of a file, in any place: `allowed_paths` does not apply to programs.
    func isFile(_ path: String) async throws -> Bool {
        guard case .status(let status) = try await perform(.status(path), FilePolicy(), { _ in }) else {
            throw UnexpectedReplyError()
        }
        return status?.kind == .file
    }

    /// What is at each of these paths, wherever they are: programs may read what `allowed_paths` does not have.
    func statusesForPrograms(of paths: [String]) async throws -> [FileStatus?] {
        guard case .statuses(let statuses) = try await perform(.statuses(paths), FilePolicy(), { _ in }),
            statuses.count == paths.count
        else { throw UnexpectedReplyError() }
        return statuses
    }

    private func perform(
        _ request: FileRequest, _ policy: FilePolicy, _ progress: @escaping @Sendable (FileProgress) -> Void
    ) async throws -> FileReply {
        try Task.checkCancellation()
        let limit = programs.defaults.timeLimit
        guard programs.defaults.user != nil || programs.defaults.sandbox != nil else {
            return try await BlockingWork.run(request.action, limit: limit, clock: clock) { cancellation in
                try request.perform(policy, cancellation.control(progress)).checked()
            }
        }
        let helper = try currentHelper()
        do {
            return try await BlockingWork.run(
                request.action, limit: limit, patience: programs.defaults.gracePeriod + BlockingWork.patience,
                clock: clock, stop: { helper.stop() }
            ) { _ in
                try helper.exchange(request.encoded(policy), progress).checked()
            }
        } catch {
            guard error is FileHelper.EndedError else { throw error }
            throw CommandError("cannot \(request.action): \(await helper.reasonOfEnd())")
        }
    }

    /// Ends the process of the other user, if there is one; the next request starts another.
    package func end() async {
        let last = helper.withLock { helper in
            defer { helper = nil }
            return helper
        }
        await last?.end()
    }

    private func currentHelper() throws -> FileHelper {
        try helper.withLock { helper in
            if let helper, !helper.isStopped { return helper }
            let new = try FileHelper(programs)
            helper = new
            return new
        }
    }
}

extension BlockingWork.Cancellation {
    /// The same for file operations.
    fileprivate func control(_ progress: @escaping (FileProgress) -> Void) -> FileWorkControl {
        FileWorkControl(isStopped: { self.isCancelled }, progress: progress)
    }
}

extension FileReply {
    /// Returns the reply, or throws its error.
    fileprivate func checked() throws -> FileReply {
        switch self {
        case .failed(let error): throw error
        case .failure(let reason): throw CommandError(reason)
        case .refused(let rule): throw PolicyViolation(rule)
        case .stopped: throw CancellationError()
        default: return self
        }
    }
}

/// The process for file operations sent a reply of the wrong kind.
struct UnexpectedReplyError: Error, CustomStringConvertible {
    let description = "unexpected reply from the process for file operations"
}
