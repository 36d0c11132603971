import Dispatch
public import FlamencoAPI
public import FoundationEssentials
import Synchronization
import System

/// The job types in a folder: one for each `*.js` file. A changed file is read again at the next request.
public final class JobTypeFolder: Sendable {
    /// A job type, or why it cannot be used.
    public typealias Reading = Result<JobTypeScript, JobTypeScriptError>

    /// Detects changes of a file.
    private struct Stamp: Hashable {
        let device, number: UInt64
        let size: Int64
        let modified: FileTime
    }

    private struct File {
        let name: String
        let path: String
        let stamp: Stamp
    }

    private struct Known {
        let stamp: Stamp
        let reading: Task<Reading, Never>
    }

    /// The number of scripts read concurrently.
    private static let width = 4

    private let path: String
    private let node: Node
    private let report: @Sendable (String) -> Void
    private let known = Mutex<[String: Known]>([:])
    private let queue = DispatchQueue(label: "job types")

    /// Opens a folder.
    ///
    /// - Parameter report: receives the messages of scripts, and which of them cannot be used.
    /// - Throws: ``JobTypeFolderError`` if the folder cannot be read.
    public init(path: String, node: Node, report: @escaping @Sendable (String) -> Void) throws(JobTypeFolderError) {
        self.path = path
        self.node = node
        self.report = report
        _ = try Self.files(in: path)
    }

    /// Returns every job type in the folder, sorted by name.
    public func all() async -> [Reading] {
        let files = await files()
        return await withTaskGroup(of: (String, Reading).self) { group in
            var rest = files[...]
            for file in rest.prefix(Self.width) { group.addTask { (file.name, await self.reading(of: file)) } }
            rest = rest.dropFirst(Self.width)
            var readings: [(String, Reading)] = []
            for await reading in group {
                readings.append(reading)
                if let file = rest.popFirst() { group.addTask { (file.name, await self.reading(of: file)) } }
            }
            return readings.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Returns the job type of this name; nil if there is no file for it.
    public func jobType(named name: String) async throws(JobTypeScriptError) -> JobTypeScript? {
        guard let file = await files().first(where: { $0.name == name }) else { return nil }
        return try await reading(of: file).get()
    }

    /// Compiles a job with its script, like ``JobTypeScript/author(_:submittedAt:)``, and reports its messages.
    public func author(
        _ job: SubmittedJob, by script: JobTypeScript, submittedAt time: Date
    ) async throws(JobTypeScriptError) -> AuthoredJob {
        do throws(JobTypeScriptError) {
            let authored = try await script.author(job, submittedAt: time)
            authored.messages.forEach(report)
            return authored
        } catch {
            error.messages.forEach(report)
            throw error
        }
    }

    /// Ends all running scripts.
    public func stop() { node.stop() }

    // MARK: Reading

    private func reading(of file: File) async -> Reading {
        let reading = known.withLock { known in
            if let known = known[file.path], known.stamp == file.stamp { return known.reading }
            let reading = Task { await self.read(file) }
            known[file.path] = Known(stamp: file.stamp, reading: reading)
            return reading
        }
        return await reading.value
    }

    private func read(_ file: File) async -> Reading {
        do throws(JobTypeScriptError) {
            let script = try await JobTypeScript(reading: file.path, with: node)
            script.messages.forEach(report)
            for warning in script.warnings { report("\(URL(filePath: file.path).lastPathComponent): \(warning)") }
            return .success(script)
        } catch {
            error.messages.forEach(report)
            report("job type \(file.name) cannot be used: \(error)")
            return .failure(error)
        }
    }

    /// Returns the current files; none if the folder can no longer be read.
    private func files() async -> [File] {
        let path = path
        let files =
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: try? Self.files(in: path)) }
            } ?? []
        known.withLock { known in
            let paths = Set(files.map(\.path))
            known = known.filter { paths.contains($0.key) }
        }
        return files
    }

    private static func files(in folder: String) throws(JobTypeFolderError) -> [File] {
        let names: [String]
        do {
            names = try Directory.names(in: folder)
        } catch {
            throw JobTypeFolderError(description: "cannot read the folder of job types \(folder): it is not a folder")
        }
        var seen: Set<String> = []
        return names.sorted().compactMap { file in
            guard file.hasSuffix(".js"), !file.hasPrefix(".") else { return nil }
            let (name, path) = (JobTypeScript.name(ofFile: file), "\(folder)/\(file)")
            guard let stamp = stamp(of: path), seen.insert(name).inserted else { return nil }
            return File(name: name, path: path, stamp: stamp)
        }
    }

    private static func stamp(of path: String) -> Stamp? {
        guard let status = try? FileStatus(of: path), status.kind == .file else { return nil }
        return Stamp(
            device: status.device, number: status.number, size: status.size, modified: status.modified)
    }
}

/// Why a folder of job types cannot be used.
public struct JobTypeFolderError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    public let description: String
}
