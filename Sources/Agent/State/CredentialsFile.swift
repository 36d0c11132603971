import FlamencoAPI
import FoundationEssentials
package import ManagerClient
import Wording

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The file that holds who this worker is: readable by its owner alone, and whole at any moment.
package struct CredentialsFile: Sendable {
    /// Where it is.
    package let path: String

    package init(path: String) { self.path = path }

    /// The file of the agent that has this state directory.
    package init(stateDirectory: String) { self.init(path: stateDirectory + "/credentials.json") }

    /// The stored credentials; absent when there are none.
    ///
    /// - Throws: ``CredentialsError`` when the file is not readable, not credentials, or readable by others.
    package func load() throws(CredentialsError) -> WorkerCredentials? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw failure("cannot be read: \(Self.systemReason)")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw failure(
                "can be read by others (mode \(String(status.st_mode & 0o777, radix: 8))): "
                    + "take it from them with “chmod 600 \(path)”")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw failure("cannot be read: \(Self.systemReason)")
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
        let fresh = path + ".new"
        unlink(fresh)
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be written: \(Self.systemReason)") }
        defer { close(descriptor) }
        guard let data = try? WireJSON.encode(credentials) else { throw failure("cannot be written as JSON") }
        let written = data.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == data.count, fsync(descriptor) == 0, rename(fresh, path) == 0 else {
            throw failure("cannot be written: \(Self.systemReason)")
        }
        let folder = open(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    /// Puts credentials that the manager refuses out of the way, beside where they were; gives the new path.
    ///
    /// - Parameter time: the time for the name, as in `20261124T101500Z`.
    /// - Throws: ``CredentialsError`` when the file cannot be renamed.
    package func setAside(time: String) throws(CredentialsError) -> String {
        let aside = "\(path).rejected-\(time)"
        guard rename(path, aside) == 0 || errno == ENOENT else {
            throw failure("cannot be renamed to \(aside): \(Self.systemReason)")
        }
        return aside
    }

    private func failure(_ problem: String) -> CredentialsError { CredentialsError(path: path, problem: problem) }

    private static var systemReason: String { SystemErrorText.words(errno) }
}

/// What is wrong with the stored credentials.
package struct CredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let problem: String

    /// One sentence without a full stop.
    package var description: String { "the credentials file \(path) \(problem)" }
}
