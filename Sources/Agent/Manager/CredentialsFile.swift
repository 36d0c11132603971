import FlamencoAPI
package import ManagerClient
package import Spool
import System

/// The file with the credentials of this worker: readable only by its owner, and replaced atomically.
package struct CredentialsFile: Sendable {
    /// The path of the file.
    package let path: String
    private let file: PrivateFile

    /// - Parameter files: the file system, which tests replace.
    package init(path: String, files: SpoolFiles = SpoolFiles()) {
        self.path = path
        file = PrivateFile(path: path, files: files)
    }

    /// The file of the agent with this state directory.
    package init(stateDirectory: String) { self.init(path: stateDirectory + "/credentials.json") }

    /// Reads the stored credentials; returns nil if there are none.
    ///
    /// - Throws: ``CredentialsError`` when the file is not readable, not credentials, or readable by others.
    package func load() throws(CredentialsError) -> WorkerCredentials? {
        do throws(PrivateFileError) {
            return try file.load(WorkerCredentials.self, as: "credentials", "the worker will register anew")
        } catch {
            throw failure(error)
        }
    }

    /// Stores credentials, durably across a power loss.
    ///
    /// - Throws: ``CredentialsError`` if they cannot be stored; the previous content is kept.
    package func store(_ credentials: WorkerCredentials) throws(CredentialsError) {
        do throws(PrivateFileError) {
            try file.store(credentials)
        } catch {
            throw failure(error)
        }
    }

    /// Renames the file after the manager rejected its credentials, and returns the new path.
    ///
    /// - Parameter time: the timestamp for the name, for example `20261124T101500Z`.
    /// - Throws: ``CredentialsError`` when the file cannot be renamed.
    package func setAside(time: String) throws(CredentialsError) -> String {
        let aside = "\(path).rejected-\(time)"
        do throws(SystemError) {
            try FileSystem.rename(path, to: aside)
        } catch {
            if !error.isMissing {
                throw failure(PrivateFileError("cannot be renamed to \(aside): \(error)"))
            }
        }
        return aside
    }

    private func failure(_ error: PrivateFileError) -> CredentialsError {
        CredentialsError(path: path, problem: error.problem, isOfDisk: error.isOfDisk)
    }
}

/// What is wrong with the stored credentials.
package struct CredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let problem: String
    /// Whether the cause is the disk rather than the content of the file.
    package let isOfDisk: Bool

    /// One sentence without a full stop.
    package var description: String { "the credentials file \(path) \(problem)" }
}
