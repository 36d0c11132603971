import FileWork
import FoundationEssentials
import System

/// The executors in any language that were found, and what is wrong with those that are left out.
package struct ExternalExecutors: Sendable {
    /// Where to look.
    package struct SearchFolder: Hashable, Sendable {
        package let path: String
        /// Whether it is a fault when it is not there.
        package let mustExist: Bool

        package init(_ path: String, mustExist: Bool) {
            self.path = path
            self.mustExist = mustExist
        }
    }

    /// Those that can be used, in the order in which they were found.
    package private(set) var executors: [ExternalExecutor] = []
    /// What is wrong with the others.
    package private(set) var faults: [ExecutorError] = []
    /// What others can write on the way to those that can be used, each place once.
    package private(set) var warnings: [ExecutorError] = []

    /// Looks for executors: in each folder below these, and in these themselves. Of several with the same command the
    /// first counts.
    ///
    /// It looks at the disk, and may wait for it.
    ///
    /// - Parameters:
    ///   - builtIn: the commands that the agent has already.
    ///   - asRoot: whether the agent runs as root, and so must not run what others could have written.
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
                            "the command “\(executor.commandName)” is already provided by \(owner)")
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

    /// The folders with a manifest.
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
        // First who could have written it: a manifest from a stranger is not even read.
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

    /// Why a file cannot be run, in words; nil when it can.
    private static func problem(with program: String) -> String? {
        do throws(FileError) {
            guard let status = try FileStatus(program, followingLinks: true) else { return "does not exist" }
            guard status.kind == .file else { return "is not a file" }
        } catch {
            return "cannot be used: \(error)"
        }
        let isExecutable = FileManager.default.isExecutableFile(atPath: program)
        return isExecutable ? nil : "is not executable: run “chmod +x”"
    }

    /// What others than root can write on the way to a path. In this version it is refused at some places alone, where it
    /// always was, except for a group of root's.
    ///
    /// - Throws: ``ExecutorError`` when it is one of these places.
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
        // What cannot be looked at cannot be used either, which is said then.
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
