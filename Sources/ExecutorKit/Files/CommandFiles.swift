// All of it is for this package alone: what the agent and the executors beside it share.
@_exported public import FileWork
import Synchronization
import System

/// The work on files of one command: the only way in which anything is read, made or changed because a job named it.
///
/// It is done as the programs of the command run: by the operator's rules, as `run_as_user`, within the time limit of
/// programs; off Swift's own threads, and so that cancellation takes effect even where a disk does not answer. With another
/// user or a sandbox it is done in a process of that user and in that sandbox, one for the whole command, which begins with
/// the first request.
public final class CommandFiles: Sendable {
    private let programs: ProgramRunner
    private let clock: any Clock<Duration>
    private let policy: FilePolicy
    private let helper = Mutex<FileHelper?>(nil)

    /// Files as the commands use them whose programs `programs` runs.
    package init(programs: ProgramRunner, clock: any Clock<Duration>) {
        self.programs = programs
        self.clock = clock
        policy = programs.policy.files
    }

    /// Does what is asked for.
    ///
    /// - Parameter progress: told how a copy gets on, from a thread of its own.
    /// - Throws: ``FileError``, ``CommandError``, ``PolicyViolation``, `CancellationError`.
    package func perform(
        _ request: FileRequest, progress: @escaping @Sendable (FileProgress) -> Void = { _ in }
    ) async throws -> FileReply {
        try await perform(request, policy, progress)
    }

    /// Whether a path is that of a file, wherever it is: programs are none of the files that `allowed_paths` is about.
    func isFile(_ path: String) async throws -> Bool {
        guard case .status(let status) = try await perform(.status(path), FilePolicy(), { _ in }) else {
            throw UnexpectedReplyError()
        }
        return status?.kind == .file
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

    /// Ends the process of the other user, if there is one; the next request begins another.
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
    /// The same for work on files.
    fileprivate func control(_ progress: @escaping (FileProgress) -> Void) -> FileWorkControl {
        FileWorkControl(isStopped: { self.isCancelled }, progress: progress)
    }
}

extension FileReply {
    /// The reply, or what it says went wrong.
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

/// A process for work on files that said something else than what it was asked.
struct UnexpectedReplyError: Error, CustomStringConvertible {
    let description = "unexpected reply from the process for file operations"
}
