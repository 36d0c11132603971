import Dispatch
import FoundationEssentials
import Synchronization
import System

/// Node.js, which runs job types: a separate process for each run, so that jobs are isolated from each other.
public final class Node: Sendable {
    /// The limits of a run.
    public struct Limits: Hashable, Sendable {
        /// The time limit of a script.
        public var time = Duration.seconds(10)
        /// The memory limit for objects, in megabytes.
        public var megabytes = 512

        /// Creates limits that are suitable for a farm.
        public init() {}
    }

    private struct State {
        var queues: [String: DispatchQueue] = [:]
        var running: Set<Int32> = []
        var isStopped = false
    }

    /// The oldest version with the language features that job types may use.
    private static let oldest = 18
    /// Time in addition to that of the script: for starting, and for returning the result.
    private static let margin = Duration.seconds(10)
    /// How long a run may wait for other runs of the same script before it is rejected.
    private static let patience = Duration.seconds(30)

    /// The path of the program.
    public let path: String
    let limits: Limits
    private let arguments: [String]
    private let environment: [String]
    private let state = Mutex(State())

    /// Finds the program in the `PATH`.
    ///
    /// - Throws: ``NodeError`` if there is no usable one.
    public init(environment: [String: String], limits: Limits = Limits()) throws(NodeError) {
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        let candidates = folders.flatMap { folder -> [String] in ["\(folder)/node", "\(folder)/nodejs"] }
        let found = candidates.first { FileSystem.canAccess($0, X_OK) }
        guard let found else {
            throw NodeError(
                "job types in JavaScript need Node.js, but \"node\" is not in the PATH: install it (on Debian, the "
                    + "package nodejs)")
        }
        path = found
        self.limits = limits
        // Scripts use the manager's time zone, and need nothing else from the environment.
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
            throw NodeError(
                "\(path) does not report its version: expected for example \"v20.1.0\", found \"\(version)\"")
        }
        guard major >= oldest else {
            throw NodeError("\(path) is version \(version.dropFirst()); job types need \(oldest) or later")
        }
        return major
    }

    /// No code from strings except in the script's realm, no files, no processes.
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

    /// Runs with this input, outside the cooperative pool, after all earlier runs of the same script.
    ///
    /// - Throws: ``NodeError`` if it was not run.
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

    /// Ends all runs, including those that are started later.
    public func stop() {
        state.withLock { state in
            state.isStopped = true
            // A process is removed from the set before its ID can be reused.
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
