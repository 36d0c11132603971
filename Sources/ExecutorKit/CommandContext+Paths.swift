import FileWork
import Synchronization

extension CommandContext {
    /// A path out of a command, without slashes at its end, that the command may use.
    ///
    /// The rules are looked at here so that people hear which parameter breaks one; ``files`` keeps to them whatever happens
    /// to the path meanwhile, and programs, which get paths as arguments, cannot be made to.
    ///
    /// - Throws: ``ParameterError`` unless it is absolute: an agent has no folder that the author of a job could mean.
    ///   ``PolicyViolation`` when the operator's `allowed_paths` do not have it.
    public func absolutePath(_ path: String, parameter: String) async throws -> String {
        try await absolutePath(path, parameter: parameter, changingFolder: false)
    }

    /// As ``absolutePath(_:parameter:)``, for something that comes or goes, so that its folder has to be allowed too.
    package func absolutePath(_ path: String, parameter: String, changingFolder: Bool) async throws -> String {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw ParameterError(parameter: parameter, expected: "an absolute path", found: "“\(path)”")
        }
        let path = FilePath.withoutTrailingSlashes(path)
        if programs.policy.allowedPaths != nil {
            let paths = [path] + (changingFolder ? [FilePath.parent(of: path)] : [])
            if let rule = try await files.refusals(of: paths).first(where: { !$0.isEmpty }) {
                throw PolicyViolation("parameter “\(parameter)”: \(rule)")
            }
        }
        return path
    }
}

/// What a command made, on its way to the sink: only what the operator's rules allow gets there.
///
/// The rules are about files, so they are kept where waiting for a disk holds up nobody: not on the thread that reads what a
/// program prints.
final class OutputCheck: Sendable {
    private struct State {
        /// As they were given, and absolute.
        var waiting: [(path: String, full: String)] = []
        var work: Task<Void, Never>?
        /// What is wrong with the first that does not get there.
        var problem: (any Error)?
    }

    /// More at once are no outputs for people any more.
    private static let mostWaiting = 10_000

    private let files: CommandFiles
    private let sink: CommandSink
    private let state = Mutex(State())

    init(files: CommandFiles, sink: CommandSink) {
        self.files = files
        self.sink = sink
    }

    /// Something was made.
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

    /// Waits until all have been looked at.
    ///
    /// - Throws: ``PolicyViolation`` when one was not allowed.
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
