import FileWork
package import System

/// The file system of the spool: each system call wrapped once, with a hook for tests before every call that changes
/// something.
package struct SpoolFiles: Sendable {
    /// A call that is about to change something on disk.
    package enum Step: Hashable, Sendable {
        case makeFolder, create, write(count: Int), truncate, synchronise, rename, remove
    }

    /// A fault injected by a test.
    package enum Fault: Hashable, Sendable {
        /// The call fails with this error number.
        case error(Int32)
        /// Only this many bytes of a write are written.
        case shortWrite(Int)
    }

    private let intercept: (@Sendable (Step, String) -> Fault?)?

    /// Creates the real file system.
    ///
    /// - Parameter intercept: called before each step with its path; may also end the process.
    package init(intercept: (@Sendable (Step, String) -> Fault?)? = nil) { self.intercept = intercept }

    /// Calls the hook of a test; returns the number of bytes that a write may write.
    func announce(_ step: Step, _ action: String, _ path: String) throws(FileError) -> Int {
        switch intercept?(step, path) {
        case .error(let number): throw FileError("\(action) \(path)", number)
        case .shortWrite(let count): return count
        case nil: return .max
        }
    }

    // MARK: Files

    /// How a file is opened.
    package enum Mode { case append, update, read }

    /// Opens a file; `append` and `update` create it if it does not exist, for this user only.
    package func open(_ path: String, _ mode: Mode) throws(FileError) -> SpoolFile {
        let openMode: OpenMode =
            switch mode {
            case .append: [.update, .create, .append]
            case .update: [.update, .create]
            case .read: .read
            }
        if mode != .read { _ = try announce(.create, "create", path) }
        let descriptor = try call("open", path) { () throws(SystemError) in try Descriptor(opening: path, openMode) }
        return SpoolFile(path: path, descriptor: descriptor, files: self)
    }

    /// Replaces a small file atomically.
    package func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
        let fresh = path + ".new"
        let file = try open(fresh, .update)
        try file.truncate(to: 0)
        try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
            try file.write(UnsafeRawBufferPointer(bytes), at: 0)
        }
        try file.synchronise()
        _ = try announce(.rename, "rename", fresh)
        try call("rename", fresh) { () throws(SystemError) in try FileSystem.rename(fresh, to: path) }
    }

    /// Checks whether a small file can be stored now.
    package func probe(_ path: String) throws(FileError) {
        let bytes = [UInt8](repeating: 0, count: 4096)
        let file = try open(path, .update)
        do throws(FileError) {
            try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
                try file.write(UnsafeRawBufferPointer(bytes), at: 0)
            }
        } catch {
            try? removeFile(path)
            throw error
        }
        try removeFile(path)
    }

    /// Returns the size of a file in bytes; nil if it does not exist.
    package func size(of path: String) -> Int? {
        BlockingCalls.during("look at", path) { try? FileStatus(of: path) }.map { Int($0.size) }
    }

    // MARK: Folders

    /// Creates a folder, for this user only unless `mode` says otherwise; an existing one is not changed.
    package func makeFolder(_ path: String, mode: UInt32 = 0o700) throws(FileError) {
        _ = try announce(.makeFolder, "make the folder", path)
        do throws(FileError) {
            try call("make the folder", path) { () throws(SystemError) in
                try FileSystem.makeFolder(path, permissions: mode)
            }
        } catch {
            // A read-only file system may also report EROFS for an existing folder.
            if error.isAlreadyThere || error.number == EROFS && FileSystem.exists(path) { return }
            throw error
        }
    }

    /// The names in a folder, sorted.
    package func names(in path: String) throws(FileError) -> [String] {
        try call("list", path) { () throws(SystemError) in try Directory.names(in: path) }.sorted()
    }

    /// Makes new names in a folder durable across a power loss.
    package func synchroniseFolder(_ path: String) throws(FileError) {
        _ = try announce(.synchronise, "save", path)
        try open(path, .read).synchroniseQuietly()
    }

    /// Removes a folder with its content, or a file; follows no links.
    package func remove(_ path: String) throws(FileError) {
        _ = try announce(.remove, "remove", path)
        try FileError.during("remove \(path)") { () throws(SystemError) in try FileSystem.removeTree(path) }
    }

    /// Removes a file.
    func removeFile(_ path: String) throws(FileError) {
        _ = try announce(.remove, "remove", path)
        try FileError.during("remove \(path)") { () throws(SystemError) in try FileSystem.remove(path) }
    }

    /// Returns the number of bytes that this user can still store on the disk of a folder.
    package func freeBytes(at path: String) throws(FileError) -> Int {
        try call("look at the disk of", path) { () throws(SystemError) in try FileSystem.freeBytes(at: path) }
    }

    /// Makes a system call, which is listed in ``BlockingCalls`` while it runs.
    func call<Value: ~Copyable>(
        _ action: String, _ path: String, _ body: () throws(SystemError) -> Value
    ) throws(FileError) -> Value {
        try FileError.during("\(action) \(path)") { () throws(SystemError) in
            try BlockingCalls.during(action, path, body)
        }
    }
}
