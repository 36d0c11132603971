package import FileWork

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The file system as the spool sees it: each system call wrapped once, with a place for tests to step in before every
/// call that changes something.
package struct SpoolFiles: Sendable {
    /// A call that is about to change something on disk.
    package enum Step: Hashable, Sendable {
        case makeFolder, create, write(count: Int), truncate, synchronise, rename, remove
    }

    /// What a test makes of a step.
    package enum Fault: Hashable, Sendable {
        /// The call fails with this error number.
        case error(Int32)
        /// Of a write, only so many bytes arrive.
        case shortWrite(Int)
    }

    private let intercept: (@Sendable (Step, String) -> Fault?)?

    /// The real file system.
    ///
    /// - Parameter intercept: called before each step with the path it is about; may also end the process.
    package init(intercept: (@Sendable (Step, String) -> Fault?)? = nil) { self.intercept = intercept }

    /// Lets a test step in; returns how many bytes a write may take.
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

    /// Opens a file; `append` and `update` make it when it is not there, for this user only.
    package func open(_ path: String, _ mode: Mode) throws(FileError) -> SpoolFile {
        let flags: Int32
        switch mode {
        case .append: flags = O_RDWR | O_CREAT | O_APPEND
        case .update: flags = O_RDWR | O_CREAT
        case .read: flags = O_RDONLY
        }
        if mode != .read { _ = try announce(.create, "create", path) }
        let descriptor = BlockingCalls.during("open", path) {
            repeatingInterrupted { openFile(path, flags | O_CLOEXEC, 0o600) }
        }
        guard descriptor >= 0 else { throw FileError("open \(path)", errno) }
        return SpoolFile(path: path, descriptor: descriptor, files: self)
    }

    /// Writes a small file so that it is there either whole or as it was before.
    package func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
        let fresh = path + ".new"
        let file = try open(fresh, .update)
        try file.truncate(to: 0)
        try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
            try file.write(UnsafeRawBufferPointer(bytes), at: 0)
        }
        try file.synchronise()
        _ = try announce(.rename, "rename", fresh)
        guard BlockingCalls.during("rename", fresh, { rename(fresh, path) }) == 0 else {
            throw FileError("rename \(fresh)", errno)
        }
    }

    /// Finds out whether a small file can be stored now.
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

    /// The size of a file in bytes; nil when there is none.
    package func size(of path: String) -> Int? {
        var status = stat()
        return BlockingCalls.during("look at", path, { stat(path, &status) }) == 0 ? Int(status.st_size) : nil
    }

    // MARK: Folders

    /// Makes a folder, for this user only unless `mode` says otherwise; one that is there already is taken as it is.
    package func makeFolder(_ path: String, mode: UInt32 = 0o700) throws(FileError) {
        _ = try announce(.makeFolder, "make the folder", path)
        guard BlockingCalls.during("make the folder", path, { mkdir(path, mode_t(mode)) }) != 0, errno != EEXIST else {
            return
        }
        let number = errno
        // A file system that is read-only may say so of a folder that is there, too.
        if number == EROFS, access(path, F_OK) == 0 { return }
        throw FileError("make the folder \(path)", number)
    }

    /// The names in a folder, sorted.
    package func names(in path: String) throws(FileError) -> [String] {
        guard let folder = BlockingCalls.during("list", path, { opendir(path) }) else {
            throw FileError("list \(path)", errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes new names in a folder last over a loss of power.
    package func synchroniseFolder(_ path: String) throws(FileError) {
        _ = try announce(.synchronise, "save", path)
        try open(path, .read).synchroniseQuietly()
    }

    /// Removes a folder and all in it, or a file; follows no links.
    package func remove(_ path: String) throws(FileError) {
        _ = try announce(.remove, "remove", path)
        try removeTree(path)
    }

    private func removeTree(_ path: String) throws(FileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw FileError("remove \(path)", errno) }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        if isFolder {
            for name in try names(in: path) { try removeTree(path + "/" + name) }
        }
        guard (isFolder ? rmdir(path) : unlink(path)) == 0 else { throw FileError("remove \(path)", errno) }
    }

    /// Removes a file.
    func removeFile(_ path: String) throws(FileError) {
        _ = try announce(.remove, "remove", path)
        guard unlink(path) == 0 else { throw FileError("remove \(path)", errno) }
    }

    /// How many bytes the disk of a folder can still take from this user.
    package func freeBytes(at path: String) throws(FileError) -> Int {
        var status = statvfs()
        guard BlockingCalls.during("look at the disk of", path, { statvfs(path, &status) }) == 0 else {
            throw FileError("look at the disk of \(path)", errno)
        }
        return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }
}

/// `open(2)`, by a name that a method called `open` does not hide.
private func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }

/// Calls again as long as a signal came in between (`man 7 signal`, EINTR).
package func repeatingInterrupted<Count: SignedInteger>(_ call: () -> Count) -> Count {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
