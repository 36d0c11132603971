import FileWork
import Synchronization

extension CommandContext {
    /// Returns a path from a command, without trailing slashes, if the command may use it.
    ///
    /// The rules are checked here so that errors name the parameter; ``files`` enforces them whatever happens to the
    /// path in the meantime. Programs, which receive paths as arguments, cannot be forced to.
    ///
    /// - Throws: ``ParameterError`` unless the path is absolute: an agent has no folder that the author of a job could
    ///   refer to. ``PolicyViolation`` if it is not in the operator's `allowed_paths`.
    public func absolutePath(_ path: String, parameter: String) async throws -> String {
        try await absolutePath(path, parameter: parameter, changingFolder: false)
    }

    /// Like ``absolutePath(_:parameter:)``, for an entry that is created or removed, so that its folder has to be
    /// allowed too.
    package func absolutePath(_ path: String, parameter: String, changingFolder: Bool) async throws -> String {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw ParameterError(parameter: parameter, expected: "an absolute path", found: "\"\(path)\"")
        }
        let path = FilePath.withoutTrailingSlashes(path)
        if programs.policy.allowedPaths != nil {
            let paths = [path] + (changingFolder ? [FilePath.parent(of: path)] : [])
            if let rule = try await files.refusals(of: paths).first(where: { !$0.isEmpty }) {
                throw PolicyViolation("parameter \"\(parameter)\": \(rule)")
            }
        }
        return path
    }
}

/// Passes outputs of a command to the sink, if the operator's rules allow them.
///
/// The rules are about files, so they are checked where waiting for a disk does no harm: not on the thread that reads
/// the output of a program.
final class OutputCheck: Sendable {
    private struct State {
        /// The paths as reported, and as absolute paths.
        var waiting: [(path: String, full: String)] = []
        var work: Task<Void, Never>?
        /// The problem of the first output that was not allowed.
        var problem: (any Error)?
    }

    /// The maximum number of waiting outputs; users cannot want to see more.
    private static let mostWaiting = 10_000

    private let files: CommandFiles
    private let sink: CommandSink
    private let state = Mutex(State())

    init(files: CommandFiles, sink: CommandSink) {
        self.files = files
        self.sink = sink
    }

    /// Adds an output.
    func add(_ path: String, full: String) {
        state.withLock { state in
            guard state.waiting.count < Self.mostWaiting else {
                state.problem = state.problem ?? CommandError("more than \(Self.mostWaiting) outputs at once")
                return
            }
            state.waiting.append((path, full))
            if state.work == nil { state.work = Task { await self.work() } }
        }
    }

    /// Waits until all outputs have been checked.
    ///
    /// - Throws: ``PolicyViolation`` if one was not allowed.
    func finish() async throws {
        if let work = state.withLock(\.work) {
            await withTaskCancellationHandler {
                await work.value
            } onCancel: {
                work.cancel()
            }
        }
        if let problem = state.withLock(\.problem) { throw problem }
    }

    private func work() async {
        while true {
            let batch = state.withLock { state in
                defer { state.waiting = [] }
                if state.waiting.isEmpty { state.work = nil }
                return state.waiting
            }
            if batch.isEmpty { return }
            do {
                for (output, rule) in zip(batch, try await files.refusals(of: batch.map(\.full))) {
                    if rule.isEmpty {
                        sink.send(.output(output.path))
                    } else {
                        note(PolicyViolation("the output \(rule)"))
                    }
                }
            } catch {
                note(error)
            }
        }
    }

    private func note(_ problem: any Error) { state.withLock { $0.problem = $0.problem ?? problem } }
}
