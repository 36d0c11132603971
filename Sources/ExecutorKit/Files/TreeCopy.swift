import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Copies a folder with all that is in it, for a move from one file system to another.
///
/// Permissions, times, symbolic links and, for root, owners come along; hard links become files of their own, and extended
/// attributes and access lists stay behind.
package struct TreeCopy {
    private let files: FileCopy
    private let cancellation: BlockingWork.Cancellation

    /// A copy that stops when it is cancelled, and tells how many bytes it copied since the last call.
    package init(cancellation: BlockingWork.Cancellation, progress: @escaping (Int) -> Void = { _ in }) {
        files = FileCopy(cancellation: cancellation, progress: progress)
        self.cancellation = cancellation
    }

    /// Copies `source` to `destination`, which must not exist, and brings it to the disk.
    ///
    /// When anything fails, or the copying is cancelled, nothing stays behind.
    package func copy(_ source: String, toNew destination: String) throws {
        do {
            try copyEntry(source, to: destination)
        } catch {
            remove(destination)
            throw error
        }
    }

    /// Removes a copy that is not wanted after all, as far as that is possible.
    package func remove(_ copy: String) {
        try? FileManager.default.removeItem(atPath: copy)
    }

    /// Removes from `source` what was copied from there to `copy`.
    ///
    /// - Throws: ``FileError`` when something is in `source` that came up after the copying; it stays there.
    package func removeSource(_ source: String, copiedTo copy: String) throws {
        guard let status = try FileStatus(source) else { return }
        if status.kind == .folder {
            for name in try Self.names(in: copy) {
                try removeSource("\(source)/\(name)", copiedTo: "\(copy)/\(name)")
            }
            try FileError.check("remove \(source)") { rmdir(source) }
        } else {
            try FileError.check("remove \(source)") { unlink(source) }
        }
    }

    private func copyEntry(_ source: String, to destination: String) throws {
        try cancellation.check()
        guard let status = try FileStatus(source) else { throw FileError("read \(source)", ENOENT) }
        switch status.kind {
        case .file:
            try files.write(source, to: destination)
        case .folder:
            try FileError.check("make folder \(destination)") { mkdir(destination, 0o700) }
            for name in try Self.names(in: source) {
                try copyEntry("\(source)/\(name)", to: "\(destination)/\(name)")
            }
        case .link:
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: source)
            try FileError.check("make link \(destination)") { symlink(target, destination) }
        case .other:
            throw CommandFailure("cannot copy \(source): it is neither a file nor a folder nor a link")
        }
        Self.apply(status, to: destination)
        if status.kind == .folder { FilePath.synchronizeFolder(destination) }
    }

    /// Owner, permissions and times as far as the file system has them.
    private static func apply(_ status: FileStatus, to path: String) {
        if geteuid() == 0 { _ = lchown(path, status.owner, status.group) }
        if status.kind != .link { _ = chmod(path, status.permissions) }
        _ = utimensat(AT_FDCWD, path, [status.accessed, status.modified], AT_SYMLINK_NOFOLLOW)
    }

    private static func names(in folder: String) throws -> [String] {
        guard let stream = opendir(folder) else { throw FileError("read folder \(folder)") }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        if errno != 0 { throw FileError("read folder \(folder)") }
        return names
    }
}
