#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Questions about paths and the calls that put things at them.
package enum FilePath {
    /// The folder that holds `path`: `/a` of `/a/b`, `/a/b/` and `/a//b`.
    package static func parent(of path: String) -> String {
        let pieces = path.split(separator: "/").dropLast()
        return (path.hasPrefix("/") ? "/" : "") + pieces.joined(separator: "/")
    }

    /// `path` without slashes at its end.
    package static func withoutTrailingSlashes(_ path: String) -> String {
        var path = path[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        return String(path)
    }

    /// Makes a folder and all folders above it that are missing; a folder that exists is left as it is.
    package static func makeFolders(_ path: String) throws {
        if let status = try status(orNothing: path) {
            if status.kind == .folder { return }
            throw CommandFailure("cannot make folder \(path): there is a file of that name")
        }
        let parent = parent(of: path)
        if !parent.isEmpty, parent != "/" { try makeFolders(parent) }
        do throws(FileError) {
            try FileError.check("make folder \(path)") { mkdir(path, 0o777) }
        } catch {
            // Somebody else may have made it just now, which is as good.
            guard error.number == EEXIST, try FileStatus(path, followingLinks: true)?.kind == .folder else {
                throw error
            }
        }
    }

    /// An existing folder and all folders above it, symbolic links resolved, from the inside out.
    package static func lineage(of folder: String) throws(FileError) -> [FileStatus] {
        guard let resolved = realpath(folder, nil) else { throw FileError("look at \(folder)") }
        defer { free(resolved) }
        var path = String(cString: resolved)
        var lineage: [FileStatus] = []
        while true {
            if let status = try FileStatus(path) { lineage.append(status) }
            if path == "/" { return lineage }
            path = parent(of: path)
        }
    }

    /// `path`, or the nearest folder above it that is there: what would hold it if it were made.
    package static func nearestExisting(to path: String) -> String {
        var path = path
        while access(path, F_OK) != 0, path.count > 1 {
            let parent = parent(of: path)
            path = parent.isEmpty ? "." : parent
        }
        return path
    }

    /// What is at `path`, where a file in the place of a folder above it counts as that file.
    private static func status(orNothing path: String) throws -> FileStatus? {
        do throws(FileError) {
            return try FileStatus(path, followingLinks: true)
        } catch {
            if error.number == ENOTDIR { return nil }
            throw error
        }
    }

    /// Renames `source` to `destination`, unless something is there already.
    ///
    /// There is no moment at which another process could slip in a file that gets lost, on any file system that has
    /// `renameat2(2)` with `RENAME_NOREPLACE`, or hard links in the case of files. Only for folders on the few others
    /// (NFS among them) the check and the renaming are two steps; even there no folder with anything in it is replaced.
    ///
    /// - Throws: ``FileError`` with `EEXIST` when something is there, `EXDEV` across file systems.
    package static func rename(_ source: String, toFree destination: String) throws(FileError) {
        let action = "move \(source) to \(destination)"
        let number = renameExclusively(source, destination)
        guard [EINVAL, ENOSYS, ENOTSUP].contains(number) else {
            if number != 0 { throw FileError(action, number) }
            return
        }
        if try FileStatus(source)?.kind == .file, link(source, destination) == 0 {
            try FileError.check("remove \(source)") { unlink(source) }
        } else {
            if try FileStatus(destination) != nil { throw FileError(action, EEXIST) }
            try FileError.check(action) { Self.rename(from: source, to: destination) }
        }
    }

    private static func rename(from source: String, to destination: String) -> Int32 {
        #if canImport(Glibc)
            Glibc.rename(source, destination)
        #else
            Darwin.rename(source, destination)
        #endif
    }

    /// Makes the entries of a folder survive a power loss; a file system that cannot is left alone.
    static func synchronizeFolder(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        _ = close(descriptor)
    }
}
