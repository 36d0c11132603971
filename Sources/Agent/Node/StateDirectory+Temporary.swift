import ExecutorKit
import FoundationEssentials
import Wording

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The state of agents that leave nothing behind: a folder for each among the temporary files, for as long as it runs.
extension StateDirectory {
    private static let temporaryPrefix = "flamenco-agent."

    /// The folder for temporary files (`man 7 environ`, POSIX `TMPDIR`).
    package static func temporaryFolder(environment: [String: String]) -> String {
        guard let folder = environment["TMPDIR"], folder.hasPrefix("/") else { return "/tmp" }
        return FilePath.withoutTrailingSlashes(folder)
    }

    /// Makes a new one, and takes it for this process; see ``remove()``.
    ///
    /// - Throws: ``StateDirectoryError`` when it cannot be made.
    package static func temporary(in folder: String) throws(StateDirectoryError) -> StateDirectory {
        var template = Array("\(folder)/\(temporaryPrefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw StateDirectoryError(
                path: "\(folder)/\(temporaryPrefix)XXXXXX", number: errno)
        }
        return try StateDirectory(
            path: String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    /// Those that are there now and that this user may look into.
    package static func temporaries(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix(temporaryPrefix) }.sorted().map { "\(folder)/\($0)" }
            .filter { path in owner(ofFolder: path).map { $0 == geteuid() || geteuid() == 0 } ?? false }
    }

    /// Removes those of this user whose agent was killed; returns what was removed.
    package static func removeAbandoned(in folder: String) -> [String] {
        temporaries(in: folder).filter { path in
            // The number is written once the lock is held, so an agent that is just making its folder is left alone.
            guard owner(ofFolder: path) == geteuid(),
                let number = FileManager.default.contents(atPath: path + "/lock"), !number.isEmpty,
                let abandoned = try? StateDirectory(path: path)
            else { return false }
            return abandoned.remove()
        }
    }

    /// Removes the folder with all that is in it; says whether it is gone.
    @discardableResult
    package func remove() -> Bool {
        (try? FileManager.default.removeItem(atPath: path)) != nil
    }

    private static func owner(ofFolder path: String) -> uid_t? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        return status.st_uid
    }
}

/// Root that works in a folder of somebody else.
package enum FolderOwner {
    /// Does something as the owner of a folder when this process is root: what root made there, that user's agent could not
    /// change any more. The whole process changes its user for that time.
    ///
    /// - Throws: ``StateDirectoryError`` when the user cannot be changed, and what `body` throws.
    package static func acting<Value: Sendable>(
        asOwnerOf folder: String, _ body: () async throws -> Value
    ) async throws -> Value {
        var status = stat()
        guard geteuid() == 0, stat(folder, &status) == 0, status.st_uid != 0 else { return try await body() }
        let group = getegid()
        guard setegid(status.st_gid) == 0, seteuid(status.st_uid) == 0 else {
            throw StateDirectoryError(
                path: folder, problem: .unusable("cannot act as its owner: \(SystemErrorText.words(errno))"))
        }
        defer {
            seteuid(0)
            setegid(group)
        }
        return try await body()
    }
}
