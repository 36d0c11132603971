import FileWork
import FlamencoAPI
import FoundationEssentials
import Spool
import System

/// A small JSON file of the agent: readable only by its owner, and replaced atomically.
struct PrivateFile: Sendable {
    let path: String
    private let files: SpoolFiles

    /// - Parameter files: the file system, which tests replace.
    init(path: String, files: SpoolFiles = SpoolFiles()) {
        self.path = path
        self.files = files
    }

    /// Reads the content; returns nil if the file does not exist.
    ///
    /// - Parameters:
    ///   - name: what the file should contain, for the error.
    ///   - consequence: what happens after the file is removed, for the error.
    /// - Throws: ``PrivateFileError`` if the file is not readable, has other content, or is readable by other users.
    func load<Value: Decodable>(
        _ type: Value.Type, as name: String, _ consequence: String
    ) throws(PrivateFileError) -> Value? {
        let permissions: UInt32
        do throws(SystemError) {
            permissions = try FileStatus(of: path).permissions
        } catch {
            if error.isMissing { return nil }
            throw PrivateFileError("cannot be read: \(error)", number: error.number)
        }
        guard permissions & 0o077 == 0 else {
            throw PrivateFileError(
                "is accessible to other users (mode \(String(permissions & 0o777, radix: 8))): "
                    + "restrict it with \"chmod 600 \(path)\"")
        }
        let data: Data
        do throws(FileError) {
            data = Data(try files.open(path, .read).readAll())
        } catch {
            throw PrivateFileError("cannot be read: \(error.problem)", number: error.number)
        }
        do {
            return try WireJSON.decode(type, from: data)
        } catch {
            throw PrivateFileError("does not contain \(name) (\(error)): remove it, and \(consequence)")
        }
    }

    /// Writes the file, durably across a power loss.
    ///
    /// - Throws: ``PrivateFileError`` if it cannot be written; the previous content is kept.
    func store(_ value: some Encodable) throws(PrivateFileError) {
        guard let data = try? WireJSON.encode(value) else { throw PrivateFileError("cannot be written as JSON") }
        // A file left by an earlier attempt may be readable by other users.
        try? FileSystem.remove(path + ".new")
        do throws(FileError) {
            try files.replace(path, with: Array(data))
            try files.synchroniseFolder(FilePath.parent(of: path))
        } catch {
            throw PrivateFileError("cannot be written: \(error)", number: error.number)
        }
    }
}

/// What is wrong with a file of the agent, as the predicate of its name.
struct PrivateFileError: Error, Hashable, Sendable {
    let problem: String
    /// Whether the cause is the disk rather than the content of the file.
    let isOfDisk: Bool

    init(_ problem: String, number: Int32 = 0) {
        self.problem = problem
        isOfDisk = DiskErrors.contain(number)
    }
}
