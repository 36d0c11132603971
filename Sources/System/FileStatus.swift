import CPlatform

/// The status of a file or folder.
package struct FileStatus: Hashable, Sendable {
    package enum Kind: UInt8, Sendable { case file, folder, link, other }

    package let kind: Kind
    /// In bytes.
    package let size: Int64
    /// The permissions: the lowest twelve bits of the mode.
    package let permissions: UInt32
    /// The time of the last modification.
    package let modified: FileTime
    /// The time of the last access.
    package let accessed: FileTime
    package let owner: UInt32
    package let group: UInt32
    package let device: UInt64
    /// Its number in the file system (inode).
    package let number: UInt64

    /// Reads the status of the file or folder at `path`.
    package init(of path: String, followingLinks: Bool = true) throws(SystemError) {
        var status = stat()
        try checked(followingLinks ? libcStatus(path, &status) : lstat(path, &status))
        self.init(status)
    }

    package init(
        kind: Kind, size: Int64, permissions: UInt32, modified: FileTime, accessed: FileTime, owner: UInt32,
        group: UInt32, device: UInt64, number: UInt64
    ) {
        self.kind = kind
        self.size = size
        self.permissions = permissions
        self.modified = modified
        self.accessed = accessed
        self.owner = owner
        self.group = group
        self.device = device
        self.number = number
    }

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
        size = Int64(status.st_size)
        permissions = UInt32(status.st_mode & 0o7777)
        modified = FileTime(status.st_mtim)
        accessed = FileTime(status.st_atim)
        owner = status.st_uid
        group = status.st_gid
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(status.st_ino)
    }

    /// Whether both are the same file or folder.
    package func isSame(as other: FileStatus) -> Bool { device == other.device && number == other.number }
}

/// A timestamp of a file.
package struct FileTime: Hashable, Sendable {
    /// Seconds since 1970.
    package var seconds: Int64
    package var nanoseconds: Int64

    package init(seconds: Int64, nanoseconds: Int64) { (self.seconds, self.nanoseconds) = (seconds, nanoseconds) }

    init(_ time: timespec) {
        seconds = Int64(time.tv_sec)
        nanoseconds = Int64(time.tv_nsec)
    }

    var timespec: timespec { .init(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds)) }
}
