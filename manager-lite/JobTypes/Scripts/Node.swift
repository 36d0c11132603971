import Dispatch
import FoundationEssentials
import Synchronization
import System

/// Node.js, which runs job types: a process for each run, so that no job sees anything of another.
public final class Node: Sendable {
    /// What a run may take.
    public struct Limits: Hashable, Sendable {
        /// How long a script may run.
        public var time = Duration.seconds(10)
        /// How many megabytes of objects it may have.
        public var megabytes = 512

        /// The limits that suit a farm.
        public init() {}
    }

    private struct State {
        var queues: [String: DispatchQueue] = [:]
        var running: Set<Int32> = []
        var isStopped = false
    }

    /// The oldest version that knows what job types may be written in.
    private static let oldest = 18
    /// Beyond the time of the script: to start, and to hand over what came of it.
    private static let margin = Duration.seconds(10)
    /// Who waited that long for other runs of the same script does not get a turn any more.
    private static let patience = Duration.seconds(30)

    /// Where the program is.
    public let path: String
    let limits: Limits
    private let arguments: [String]
    private let environment: [String]
    private let state = Mutex(State())

    /// The program of that name in the `PATH`.
    ///
    /// - Throws: ``NodeError`` when there is none that can be used.
    public init(environment: [String: String], limits: Limits = Limits()) throws(NodeError) {
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        let candidates = folders.flatMap { folder -> [String] in ["\(folder)/node", "\(folder)/nodejs"] }
        let found = candidates.first { FileSystem.canAccess($0, X_OK) }
        guard let found else {
            throw NodeError(
                "job types in JavaScript need Node.js, but “node” is not in the PATH: install it (on Debian, the "
                    + "package nodejs)")
        }
        path = found
        self.limits = limits
        // Times are told where the manager is; of everything else in the environment, scripts need nothing.
        self.environment = environment["TZ"].map { ["TZ=\($0)"] } ?? []
        let major = try Self.majorVersion(of: found, self.environment)
        arguments = Self.arguments(major: major, limits)
    }

    private static func majorVersion(of path: String, _ environment: [String]) throws(NodeError) -> Int {
        let end = BoundedProgram(
            path: path, arguments: ["--version"], environment: environment, timeLimit: .seconds(10), mostOutput: 1024
        ).run(started: { _ in }, ending: { _ in })
        let version = String(decoding: end.output, as: UTF8.self).prefix { !$0.isNewline }
        guard version.hasPrefix("v"), let major = version.dropFirst().split(separator: ".").first.flatMap({ Int($0) })
        else {
            throw NodeError("\(path) does not report its version: expected for example “v20.1.0”, found “\(version)”")
        }
        guard major >= oldest else {
            throw NodeError("\(path) is version \(version.dropFirst()); job types need \(oldest) or later")
        }
        return major
    }

    /// No code from texts but in the realm of the script, no files, no processes.
    private static func arguments(major: Int, _ limits: Limits) -> [String] {
        let permission =
            switch major {
            case ..<20: [String]()
            case ..<24: ["--experimental-permission"]
            default: ["--permission"]
            }
        return permission + [
            "--no-warnings", "--disallow-code-generation-from-strings", "--max-old-space-size=\(limits.megabytes)",
            "-e", String(decoding: PackageResources.host_js, as: UTF8.self),
        ]
    }

    /// Runs with this input, outside of the cooperative pool, after all earlier runs of the same script.
    ///
    /// - Throws: ``NodeError`` when it was not run.
    func run(_ script: String, input: Data) async throws(NodeError) -> BoundedProgram.End {
        let queue = state.withLock { state in
            let queue = state.queues[script] ?? DispatchQueue(label: script)
            state.queues[script] = queue
            return queue
        }
        let latest = ContinuousClock.now + Self.patience
        let end: BoundedProgram.End? = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: .now < latest ? self.run(input) : nil) }
        }
        guard let end else { throw NodeError("\(script) is busy with other jobs; retry later") }
        return end
    }

    private func run(_ input: Data) -> BoundedProgram.End {
        let program = BoundedProgram(
            path: path, arguments: arguments, environment: environment, input: input,
            timeLimit: limits.time + Self.margin)
        return program.run { process in
            let isStopped = state.withLock { state in
                state.running.insert(process)
                return state.isStopped
            }
            if isStopped { ChildProcess.send(SIGKILL, to: process) }
        } ending: { process in
            state.withLock { _ = $0.running.remove(process) }
        }
    }

    /// Ends all that runs, and whatever is started from now on.
    public func stop() {
        state.withLock { state in
            state.isStopped = true
            // A process leaves the set before its number is free for others.
            for process in state.running { ChildProcess.send(SIGKILL, to: process) }
        }
    }
}

/// Why Node.js cannot be used.
public struct NodeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    public let description: String

    init(_ description: String) { self.description = description }
}
