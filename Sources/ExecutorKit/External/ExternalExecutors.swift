import FoundationEssentials

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
    package private(set) var faults: [ExecutorFault] = []

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
                do throws(ExecutorFault) {
                    let executor = try Self.executor(in: folder, asRoot: asRoot)
                    if let owner = owners[executor.commandName] {
                        throw ExecutorFault(
                            "\(folder)/\(ExecutorManifest.fileName)",
                            "the command “\(executor.commandName)” is there already, from \(owner)")
                    }
                    owners[executor.commandName] = folder
                    executors.append(executor)
                } catch {
                    faults.append(error)
                }
            }
        }
    }

    /// The folders with a manifest.
    private mutating func folders(in place: SearchFolder) -> [String] {
        let path = FilePath.withoutTrailingSlashes(place.path)
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            let isMissing = !FileManager.default.fileExists(atPath: path)
            if place.mustExist || !isMissing {
                faults.append(ExecutorFault(path, isMissing ? "there is no such folder" : "the folder cannot be read"))
            }
            return []
        }
        let below = names.filter { !$0.hasPrefix(".") }.sorted().map { "\(path)/\($0)" }
        return ([path] + below).filter {
            (try? FileStatus("\($0)/\(ExecutorManifest.fileName)")).flatMap(\.self) != nil
        }
    }

    private static func executor(in folder: String, asRoot: Bool) throws(ExecutorFault) -> ExternalExecutor {
        // First who could have written it: a manifest from a stranger is not even read.
        if asRoot {
            try refuseForeign(FilePath.parent(of: folder))
            try refuseForeign(folder)
            try refuseForeign("\(folder)/\(ExecutorManifest.fileName)")
        }
        let manifest = try ExecutorManifest(in: folder)
        let program = manifest.programPath(in: folder)
        if let problem = problem(with: program) {
            throw ExecutorFault("\(folder)/\(ExecutorManifest.fileName)", "its program \(program) \(problem)")
        }
        if asRoot {
            try refuseForeign(program)
            try refuseForeign(FilePath.parent(of: program))
        }
        return ExternalExecutor(manifest: manifest, folder: folder)
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
        return isExecutable ? nil : "is not executable; “chmod +x” would make it so"
    }

    /// - Throws: ``ExecutorFault`` when anybody but root can write it.
    private static func refuseForeign(_ path: String) throws(ExecutorFault) {
        guard let status = (try? FileStatus(path, followingLinks: true)).flatMap(\.self) else { return }
        if let who = status.foreignWriters {
            throw ExecutorFault(path, "\(who) can write it, and the agent runs as root")
        }
    }
}

extension FileStatus {
    /// Who can write it besides root, in words; nil when nobody can. Of a folder with the sticky bit (`/tmp`) nobody can
    /// take away what is root's.
    fileprivate var foreignWriters: String? {
        if kind == .folder, permissions & 0o1000 != 0, owner == 0 { return nil }
        if permissions & 0o002 != 0 { return "everybody" }
        if permissions & 0o020 != 0, group != 0 { return "group \(group)" }
        return owner == 0 ? nil : "user \(owner)"
    }
}
