#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What is at a path.
package struct FileStatus: Sendable {
    package enum Kind: Sendable { case file, folder, link, other }

    package let kind: Kind
    /// In bytes.
    package let size: Int64
    /// The permissions: the lowest twelve bits of the mode.
    let permissions: mode_t
    /// When the content was last changed.
    let modified: timespec
    /// When it was last read.
    let accessed: timespec
    let owner: uid_t
    let group: gid_t
    private let device: dev_t
    private let number: ino_t

    /// What is at `path`; a symbolic link is not followed.
    ///
    /// - Returns: nothing when there is nothing.
    package init?(_ path: String, followingLinks: Bool = false) throws(FileError) {
        var status = stat()
        do throws(FileError) {
            try FileError.check("look at \(path)") { followingLinks ? stat(path, &status) : lstat(path, &status) }
        } catch {
            if error.number == ENOENT { return nil }
            throw error
        }
        self.init(status)
    }

    /// What is open at a descriptor.
    init(descriptor: Int32, path: String) throws(FileError) {
        var status = stat()
        try FileError.check("look at \(path)") { fstat(descriptor, &status) }
        self.init(status)
    }

    private init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
        size = Int64(status.st_size)
        permissions = status.st_mode & 0o7777
        #if canImport(Glibc)
            modified = status.st_mtim
            accessed = status.st_atim
        #else
            modified = status.st_mtimespec
            accessed = status.st_atimespec
        #endif
        owner = status.st_uid
        group = status.st_gid
        device = status.st_dev
        number = status.st_ino
    }

    /// When the content was last changed, in seconds since 1970.
    package var modificationTime: Int64 { Int64(modified.tv_sec) }

    /// Whether both are the very same file or folder.
    package func isSame(as other: FileStatus) -> Bool { device == other.device && number == other.number }
}
