import FileWork
import FlamencoAPI
import FoundationEssentials
import Spool
import System

/// A small file of the agent's own, in JSON: readable by its owner alone, and whole at any moment.
struct PrivateFile: Sendable {
    let path: String
    private let files: SpoolFiles

    /// - Parameter files: the file system, in which tests step in.
    init(path: String, files: SpoolFiles = SpoolFiles()) {
        self.path = path
        self.files = files
    }

    /// What is in it; absent when there is no such file.
    ///
    /// - Parameters:
    ///   - name: what it should hold, for the error.
    ///   - consequence: what happens when somebody removes the file, for the error.
    /// - Throws: ``PrivateFileError`` when the file is not readable, holds something else, or is readable by others.
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
                    + "restrict it with “chmod 600 \(path)”")
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

    /// Writes it, so that it is there after a power loss.
    ///
    /// - Throws: ``PrivateFileError`` when it cannot be written; what was there before is still there.
    func store(_ value: some Encodable) throws(PrivateFileError) {
        guard let data = try? WireJSON.encode(value) else { throw PrivateFileError("cannot be written as JSON") }
        // What is left of an earlier try may be readable by others.
        try? FileSystem.remove(path + ".new")
        do throws(FileError) {
            try files.replace(path, with: Array(data))
            try files.synchroniseFolder(FilePath.parent(of: path))
        } catch {
            throw PrivateFileError("cannot be written: \(error)", number: error.number)
        }
    }
}

/// What is wrong with a file of the agent's own, behind its name.
struct PrivateFileError: Error, Hashable, Sendable {
    let problem: String
    /// Whether a disk is in the way, rather than what is in the file.
    let isOfDisk: Bool

    init(_ problem: String, number: Int32 = 0) {
        self.problem = problem
        isOfDisk = DiskErrors.contain(number)
    }
}
