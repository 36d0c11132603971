import FileWork
import FoundationEssentials
import System

/// The executors in any language that were found, and the problems of those that cannot be used.
package struct ExternalExecutors: Sendable {
    /// A folder to search.
    package struct SearchFolder: Hashable, Sendable {
        package let path: String
        /// Whether it is an error if it does not exist.
        package let mustExist: Bool

        package init(_ path: String, mustExist: Bool) {
            self.path = path
            self.mustExist = mustExist
        }
    }

    /// The usable executors, in the order in which they were found.
    package private(set) var executors: [ExternalExecutor] = []
    /// The problems of the others.
    package private(set) var faults: [ExecutorError] = []
    /// Files and folders of usable executors that other users can write, each place once.
    package private(set) var warnings: [ExecutorError] = []

    /// Finds executors: in each subfolder of these folders, and in these themselves. Of several with the same command,
    /// the first one is used.
    ///
    /// Accesses the disk, and may wait for it.
    ///
    /// - Parameters:
    ///   - builtIn: the commands of built-in executors.
    ///   - asRoot: whether the agent runs as root, and therefore must not run what other users could have written.
    package init(in places: [SearchFolder], builtIn: [String], asRoot: Bool) {
        var owners = Dictionary(builtIn.map { ($0, "the agent itself") }) { first, _ in first }
        var seen: Set<String> = []
        for place in places {
            for folder in folders(in: place) where seen.insert(folder).inserted {
                do throws(ExecutorError) {
                    let (executor, doubts) = try Self.executor(in: folder, asRoot: asRoot)
                    if let owner = owners[executor.commandName] {
                        throw ExecutorError(
                            "\(folder)/\(ExecutorManifest.fileName)",
                            "the command \"\(executor.commandName)\" is already provided by \(owner)")
                    }
                    owners[executor.commandName] = folder
                    executors.append(executor)
                    for warning in doubts.map(\.warning) where !warnings.contains(warning) { warnings.append(warning) }
                } catch {
                    faults.append(error)
                }
            }
        }
    }

    /// Returns the folders with a manifest.
    private mutating func folders(in place: SearchFolder) -> [String] {
        let path = FilePath.withoutTrailingSlashes(place.path)
        guard let names = try? Directory.names(in: path) else {
            let isMissing = !FileManager.default.fileExists(atPath: path)
            if place.mustExist || !isMissing {
                faults.append(
                    ExecutorError(path, isMissing ? "the folder does not exist" : "the folder cannot be read"))
            }
            return []
        }
        let below = names.filter { !$0.hasPrefix(".") }.sorted().map { "\(path)/\($0)" }
        return ([path] + below).filter {
            (try? FileStatus("\($0)/\(ExecutorManifest.fileName)")).flatMap(\.self) != nil
        }
    }

    private static func executor(
        in folder: String, asRoot: Bool
    ) throws(ExecutorError) -> (ExternalExecutor, [PathTrust.Doubt]) {
        // First check who could have written it: an untrusted manifest is not even read.
        var doubts: [PathTrust.Doubt] = []
        if asRoot {
            let file = "\(folder)/\(ExecutorManifest.fileName)"
            doubts += try self.doubts(about: file, refusing: [FilePath.parent(of: folder), folder, file])
        }
        let manifest = try ExecutorManifest(in: folder)
        let program = manifest.programPath(in: folder)
        if let problem = problem(with: program) {
            throw ExecutorError("\(folder)/\(ExecutorManifest.fileName)", "its program \(program) \(problem)")
        }
        if asRoot { doubts += try self.doubts(about: program, refusing: [program, FilePath.parent(of: program)]) }
        return (ExternalExecutor(manifest: manifest, folder: folder), doubts)
    }

    /// Returns why a file cannot be run; nil if it can.
    private static func problem(with program: String) -> String? {
        do throws(FileError) {
            guard let status = try FileStatus(program, followingLinks: true) else { return "does not exist" }
            guard status.kind == .file else { return "is not a file" }
        } catch {
            return "cannot be used: \(error)"
        }
        let isExecutable = FileManager.default.isExecutableFile(atPath: program)
        return isExecutable ? nil : "is not executable: run \"chmod +x\""
    }

    /// Returns which places on the way to a path other users than root can write. In this version, it is refused only
    /// at some places, as in earlier versions, except for a group of root's.
    ///
    /// - Throws: ``ExecutorError`` if it is one of these places.
    private static func doubts(
        about path: String, refusing places: [String]
    ) throws(ExecutorError) -> [PathTrust.Doubt] {
        let trust = PathTrust()
        for place in places {
            guard let status = (try? FileStatus(place, followingLinks: true)).flatMap(\.self),
                let doubt = trust.doubt(about: status, at: place), !doubt.isCustomary, doubt.who != "group 0"
            else { continue }
            throw ExecutorError(place, "writable by \(doubt.who), and the agent runs as root")
        }
        // What cannot be accessed cannot be used either, which is reported then.
        return (try? trust.doubts(about: path)) ?? []
    }
}

extension PathTrust.Doubt {
    fileprivate var warning: ExecutorError {
        let what =
            isCustomary
            ? "make sure that only administrators are in that group"
            : "the next version will ignore these executors"
        return ExecutorError(path, "writable by \(who), and the agent runs as root: " + what)
    }
}
