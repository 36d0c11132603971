import ExecutorKit
import FoundationEssentials
import System

/// The state of agents that leave nothing behind: a temporary folder for each, for as long as it runs.
extension StateDirectory {
    private static let temporaryPrefix = "flamenco-agent."

    /// Returns the folder for temporary files (`man 7 environ`, POSIX `TMPDIR`).
    package static func temporaryFolder(environment: [String: String]) -> String {
        guard let folder = environment["TMPDIR"], folder.hasPrefix("/") else { return "/tmp" }
        return FilePath.withoutTrailingSlashes(folder)
    }

    /// Creates a new folder and locks it for this process; see ``remove()``.
    ///
    /// - Throws: ``StateDirectoryError`` if it cannot be created.
    package static func temporary(in folder: String) throws(StateDirectoryError) -> StateDirectory {
        let path: String
        do throws(SystemError) {
            path = try FileSystem.makeTemporaryFolder("\(folder)/\(temporaryPrefix)")
        } catch {
            throw StateDirectoryError(path: "\(folder)/\(temporaryPrefix)XXXXXX", number: error.number)
        }
        return try StateDirectory(path: path)
    }

    /// Returns the existing folders that this user can access.
    package static func temporaries(in folder: String) -> [String] {
        let names = (try? Directory.names(in: folder)) ?? []
        return names.filter { $0.hasPrefix(temporaryPrefix) }.sorted().map { "\(folder)/\($0)" }
            .filter { path in owner(ofFolder: path).map { $0 == geteuid() || geteuid() == 0 } ?? false }
    }

    /// Removes the folders of this user whose agents were killed, and returns their paths.
    package static func removeAbandoned(in folder: String) -> [String] {
        temporaries(in: folder).filter { path in
            // The number is written once the lock is held, so the folder of a starting agent is not removed.
            guard owner(ofFolder: path) == geteuid(),
                let number = FileManager.default.contents(atPath: path + "/lock"), !number.isEmpty,
                let abandoned = try? StateDirectory(path: path)
            else { return false }
            return abandoned.remove()
        }
    }

    /// Removes the folder with its content, and returns whether it is gone.
    @discardableResult
    package func remove() -> Bool {
        (try? FileManager.default.removeItem(atPath: path)) != nil
    }

    private static func owner(ofFolder path: String) -> UInt32? {
        guard let status = try? FileStatus(of: path, followingLinks: false), status.kind == .folder else { return nil }
        return status.owner
    }
}

/// Acts as the owner of a folder if this process is root.
package enum FolderOwner {
    /// Runs `body` as the owner of a folder if this process is root: that user's agent could not change what root
    /// created. The whole process switches its user for that time.
    ///
    /// - Throws: ``StateDirectoryError`` if the user cannot be switched, and what `body` throws.
    package static func acting<Value: Sendable>(
        asOwnerOf folder: String, _ body: () async throws -> Value
    ) async throws -> Value {
        guard geteuid() == 0, let status = try? FileStatus(of: folder), status.owner != 0 else {
            return try await body()
        }
        let group = getegid()
        do throws(SystemError) {
            try SystemUser.act(asUser: status.owner, group: status.group)
        } catch {
            throw StateDirectoryError(path: folder, problem: .unusable("cannot switch to its owner: \(error)"))
        }
        defer { SystemUser.endActing(group: group) }
        return try await body()
    }
}
