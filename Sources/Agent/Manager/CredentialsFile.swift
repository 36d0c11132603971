import FileWork
import FlamencoAPI
import FoundationEssentials
package import ManagerClient
package import Spool
import System

/// The file that holds who this worker is: readable by its owner alone, and whole at any moment.
package struct CredentialsFile: Sendable {
    /// Where it is.
    package let path: String
    private let files: SpoolFiles

    /// - Parameter files: the file system, in which tests step in.
    package init(path: String, files: SpoolFiles = SpoolFiles()) {
        self.path = path
        self.files = files
    }

    /// The file of the agent that has this state directory.
    package init(stateDirectory: String) { self.init(path: stateDirectory + "/credentials.json") }

    /// The stored credentials; absent when there are none.
    ///
    /// - Throws: ``CredentialsError`` when the file is not readable, not credentials, or readable by others.
    package func load() throws(CredentialsError) -> WorkerCredentials? {
        let permissions: UInt32
        do throws(SystemError) {
            permissions = try FileStatus(of: path).permissions
        } catch {
            if error.isMissing { return nil }
            throw failure("cannot be read: \(error)", number: error.number)
        }
        guard permissions & 0o077 == 0 else {
            throw failure(
                "can be read by others (mode \(String(permissions & 0o777, radix: 8))): "
                    + "take it from them with “chmod 600 \(path)”")
        }
        let data: Data
        do throws(FileError) {
            data = Data(try files.open(path, .read).readAll())
        } catch {
            throw failure("cannot be read: \(error.problem)", number: error.number)
        }
        do {
            return try WireJSON.decode(WorkerCredentials.self, from: data)
        } catch {
            throw failure("does not hold credentials (\(error)): remove it, and the worker will register anew")
        }
    }

    /// Stores credentials, so that they are there after a power loss.
    ///
    /// - Throws: ``CredentialsError`` when they cannot be stored; what was there before is still there.
    package func store(_ credentials: WorkerCredentials) throws(CredentialsError) {
        guard let data = try? WireJSON.encode(credentials) else { throw failure("cannot be written as JSON") }
        // What is left of an earlier try may be readable by others.
        try? FileSystem.remove(path + ".new")
        do throws(FileError) {
            try files.replace(path, with: Array(data))
            try files.synchroniseFolder(URL(filePath: path).deletingLastPathComponent().path)
        } catch {
            throw failure("cannot be written: \(error)", number: error.number)
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
            if !error.isMissing { throw failure("cannot be renamed to \(aside): \(error)") }
        }
        return aside
    }

    private func failure(_ problem: String, number: Int32 = 0) -> CredentialsError {
        CredentialsError(path: path, problem: problem, isOfDisk: DiskErrors.contain(number))
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
