import ExecutorKit
import FileWork
import FoundationEssentials
import Spool
import System

/// The folder with an agent's persistent state: credentials, and what is not delivered yet.
///
/// It is locked for one agent at a time, for as long as this value exists.
package final class StateDirectory: Sendable {
    /// The path of the folder.
    package let path: String
    private let lockFile: Descriptor

    /// Opens the folder, creates it if it does not exist (for this user only), and locks it for this process.
    ///
    /// - Throws: ``StateDirectoryError`` if it cannot be created or written, or another agent uses it.
    package init(path: String) throws(StateDirectoryError) {
        do throws(SystemError) {
            try Self.makeFolders(path)
            lockFile = try BlockingCalls.during("open", path + "/lock") { () throws(SystemError) in
                try Descriptor(opening: path + "/lock", [.update, .create])
            }
        } catch {
            throw StateDirectoryError(path: path, number: error.number)
        }
        self.path = path
        // The kernel releases the lock when the process ends, even if it is killed.
        guard (try? lockFile.lock()) == true else {
            throw StateDirectoryError(path: path, problem: .taken(pid: Self.holder(of: path)))
        }
        do throws(SystemError) {
            try lockFile.truncate(to: 0)
            try lockFile.writeAll(String(getpid()))
        } catch {
            throw StateDirectoryError(path: path, number: error.number)
        }
    }

    deinit {
        // A program that is being started holds a copy of the descriptor, and thereby the lock, until it is executed.
        lockFile.unlock()
    }

    /// The path of ``workFolder()``.
    package static func workFolder(of path: String) -> String { path + "/work" }

    /// Creates an empty folder for the temporary files of programs.
    ///
    /// - Throws: ``StateDirectoryError`` if it cannot be created.
    package func workFolder() throws(StateDirectoryError) -> String {
        let folder = Self.workFolder(of: path)
        do throws(FileError) {
            let files = SpoolFiles()
            do throws(FileError) { try files.remove(folder) } catch { if !error.isAbsence { throw error } }
            try files.makeFolder(folder, mode: 0o711)
        } catch {
            let problem = "\(folder): \(error.problem)"
            throw StateDirectoryError(path: path, problem: error.isOfDisk ? .disk(problem) : .unusable(problem))
        }
        return folder
    }

    /// Creates a folder for this user only, and missing parent folders.
    private static func makeFolders(_ path: String) throws(SystemError) {
        do throws(SystemError) {
            try BlockingCalls.during("make the folder", path) { () throws(SystemError) in
                try FileSystem.makeFolder(path, permissions: 0o700)
            }
        } catch {
            switch error.number {
            case EEXIST:
                guard (try? FileStatus(of: path))?.kind == .folder else { throw SystemError(ENOTDIR) }
            case ENOENT where path.contains("/"):
                let parent = FilePath.parent(of: path)
                if parent.isEmpty || parent == path { throw error }
                if !FileSystem.exists(parent) { try makeFolders(parent) }
                do throws(SystemError) {
                    try FileSystem.makeFolder(path, permissions: 0o700)
                } catch {
                    if !error.isAlreadyThere { throw error }
                }
            // A read-only file system reports EROFS even if the folder already exists.
            case EROFS where FileSystem.exists(path): return
            default: throw error
            }
        }
    }

    /// Where the service of `systemd/flamenco-agent.service` keeps its state.
    package static let ofService = "/var/lib/flamenco-agent"

    /// Returns where an agent started by a unit of `systemd/flamenco-agent.service` keeps its state; nil for another
    /// unit.
    package static func ofUnit(_ unit: String?) -> String? {
        guard let unit, unit.hasPrefix("flamenco-agent"), unit.hasSuffix(".service") else { return nil }
        let name = unit.dropFirst("flamenco-agent".count).dropLast(".service".count)
        return name.isEmpty ? ofService : ofService + "/" + name.dropFirst()
    }

    /// Returns where the state is kept: the setting, or the folder given by systemd, or the user's state folder. Always
    /// absolute, because programs start in another folder than the agent.
    ///
    /// - Throws: ``SettingsError`` if none of them is set.
    package static func usualPath(setting: String?, environment: [String: String]) throws(SettingsError) -> String {
        guard let path = setting ?? usualPath(environment: environment) else {
            throw SettingsError("no state directory: pass --state-dir, or set HOME")
        }
        if path.hasPrefix("/") { return path }
        return FilePath.withoutTrailingSlashes(FileManager.default.currentDirectoryPath) + "/" + path
    }

    /// Returns where the state is kept if the settings do not say; nil if the environment does not either.
    package static func usualPath(environment: [String: String]) -> String? {
        // systemd.exec(5): several folders are separated by colons.
        if let folders = environment["STATE_DIRECTORY"], let first = folders.split(separator: ":").first {
            return String(first)
        }
        if let stateHome = environment["XDG_STATE_HOME"], stateHome.hasPrefix("/") {
            return stateHome + "/flamenco-agent"
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return home + "/.local/state/flamenco-agent"
    }

    /// Returns where the state is kept, for callers that need only this setting.
    ///
    /// - Throws: ``SettingsError`` if the setting is invalid, or nothing is set.
    package static func usualPath(
        _ input: SettingsInput, environment: [String: String]
    ) throws(SettingsError) -> String {
        try usualPath(setting: input.stateDirectory, environment: environment)
    }

    /// Returns the process of the agent that uses a state directory; nil if none does.
    package static func holder(of path: String) -> Int32? {
        guard let text = try? String(contentsOfFile: path + "/lock", encoding: .utf8), let process = Int32(text),
            process > 0, ChildProcess.exists(process), hasLock(process, path + "/lock")
        else { return nil }
        return process
    }

    /// Returns the folders directly below this one that are used by agents, such as those of `flamenco-agent@NAME`
    /// below that of the service; empty if this user may not look.
    package static func taken(below path: String) -> [String] {
        let names = (try? Directory.names(in: path)) ?? []
        return names.sorted().map { "\(path)/\($0)" }.filter { holder(of: $0) != nil }
    }

    /// Whether a process holds a lock on a file: after a restart of the machine, a stored process number may be that of
    /// another process (man 5 proc_locks). If unknown, returns true.
    private static func hasLock(_ process: Int32, _ file: String) -> Bool {
        guard let table = FileManager.default.contents(atPath: "/proc/locks"), let status = try? FileStatus(of: file)
        else {
            return true
        }
        return String(decoding: table, as: UTF8.self).split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            guard fields.count > 5 else { return false }
            return fields[4] == "\(process)" && fields[5].hasSuffix(":\(status.number)")
        }
    }
}

/// Why an agent cannot use a state directory.
package struct StateDirectoryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of problem.
    package enum Problem: Hashable, Sendable {
        case unusable(String)
        /// The disk is full, mounted read-only, or broken.
        case disk(String)
        /// Another process uses it, with this pid if known.
        case taken(pid: Int32?)
    }

    package let path: String
    package let problem: Problem

    package init(path: String, problem: Problem) {
        self.path = path
        self.problem = problem
    }

    /// Derives the problem from a failed call.
    init(path: String, number: Int32) {
        self.path = path
        let words =
            switch number {
            case ENOTDIR: "it is not a folder"
            case EROFS: "the file system is read-only"
            default: SystemError(number).description
            }
        problem = DiskErrors.contain(number) ? .disk(words) : .unusable(words)
    }

    /// One sentence without a full stop.
    package var description: String {
        switch problem {
        case .unusable(let reason), .disk(let reason): "cannot use the state directory \(path): \(reason)"
        case .taken(let pid):
            "the state directory \(path) is in use by another agent" + (pid.map { ", process \($0)" } ?? "")
                + ": stop it, or choose another state directory with --state-dir"
        }
    }
}
