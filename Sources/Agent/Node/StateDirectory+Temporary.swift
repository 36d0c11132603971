import ExecutorKit
import FoundationEssentials
import System

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
        let path: String
        do throws(SystemError) {
            path = try FileSystem.makeTemporaryFolder("\(folder)/\(temporaryPrefix)")
        } catch {
            throw StateDirectoryError(path: "\(folder)/\(temporaryPrefix)XXXXXX", number: error.number)
        }
        return try StateDirectory(path: path)
    }

    /// Those that are there now and that this user may look into.
    package static func temporaries(in folder: String) -> [String] {
        let names = (try? Directory.names(in: folder)) ?? []
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

    private static func owner(ofFolder path: String) -> UInt32? {
        guard let status = try? FileStatus(of: path, followingLinks: false), status.kind == .folder else { return nil }
        return status.owner
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
