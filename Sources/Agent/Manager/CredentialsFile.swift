import FlamencoAPI
package import ManagerClient
package import Spool
import System

/// The file that holds who this worker is: readable by its owner alone, and whole at any moment.
package struct CredentialsFile: Sendable {
    /// Where it is.
    package let path: String
    private let file: PrivateFile

    /// - Parameter files: the file system, in which tests step in.
    package init(path: String, files: SpoolFiles = SpoolFiles()) {
        self.path = path
        file = PrivateFile(path: path, files: files)
    }

    /// The file of the agent that has this state directory.
    package init(stateDirectory: String) { self.init(path: stateDirectory + "/credentials.json") }

    /// The stored credentials; absent when there are none.
    ///
    /// - Throws: ``CredentialsError`` when the file is not readable, not credentials, or readable by others.
    package func load() throws(CredentialsError) -> WorkerCredentials? {
        do throws(PrivateFileError) {
            return try file.load(WorkerCredentials.self, as: "credentials", "the worker will register anew")
        } catch {
            throw failure(error)
        }
    }

    /// Stores credentials, so that they are there after a power loss.
    ///
    /// - Throws: ``CredentialsError`` when they cannot be stored; what was there before is still there.
    package func store(_ credentials: WorkerCredentials) throws(CredentialsError) {
        do throws(PrivateFileError) {
            try file.store(credentials)
        } catch {
            throw failure(error)
        }
    }

    /// Puts credentials that the manager refuses out of the way, beside where they were; returns the new path.
    ///
    /// - Parameter time: the time for the name, as in `20261124T101500Z`.
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
    /// Whether a disk is in the way, rather than what is in the file.
    package let isOfDisk: Bool

    /// One sentence without a full stop.
    package var description: String { "the credentials file \(path) \(problem)" }
}
