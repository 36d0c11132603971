import SupervisorProtocol

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What is at a path.
package struct FileStatus: Hashable, Sendable {
    package enum Kind: UInt8, Sendable { case file, folder, link, other }

    package let kind: Kind
    /// In bytes.
    package let size: Int64
    /// The permissions: the lowest twelve bits of the mode.
    package let permissions: UInt32
    /// When the content was last changed.
    package let modified: FileTime
    /// When it was last read.
    let accessed: FileTime
    package let owner: UInt32
    package let group: UInt32
    private let device: UInt64
    private let number: UInt64

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
        #if canImport(Glibc)
            modified = FileTime(status.st_mtim)
            accessed = FileTime(status.st_atim)
        #else
            modified = FileTime(status.st_mtimespec)
            accessed = FileTime(status.st_atimespec)
        #endif
        owner = status.st_uid
        group = status.st_gid
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(status.st_ino)
    }

    /// Whether both are the very same file or folder.
    package func isSame(as other: FileStatus) -> Bool { device == other.device && number == other.number }
}

/// A time of a file.
package struct FileTime: Hashable, Sendable {
    /// Seconds since 1970.
    package var seconds: Int64
    package var nanoseconds: Int64

    init(seconds: Int64, nanoseconds: Int64) { (self.seconds, self.nanoseconds) = (seconds, nanoseconds) }

    init(_ time: timespec) {
        seconds = Int64(time.tv_sec)
        nanoseconds = Int64(time.tv_nsec)
    }

    var timespec: timespec { .init(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds)) }
}

// MARK: Between processes

extension FileStatus {
    func write(to writer: inout ByteWriter) {
        writer.append(kind.rawValue)
        writer.append(size)
        writer.append(permissions)
        for time in [modified, accessed] {
            writer.append(time.seconds)
            writer.append(time.nanoseconds)
        }
        writer.append(owner)
        writer.append(group)
        writer.append(device)
        writer.append(number)
    }

    init(from reader: inout ByteReader) throws {
        guard let kind = Kind(rawValue: try reader.integer()) else { throw MalformedMessage("no such kind of file") }
        self.kind = kind
        size = try reader.integer()
        permissions = try reader.integer()
        modified = FileTime(
            .init(tv_sec: Int(try reader.integer(Int64.self)), tv_nsec: Int(try reader.integer(Int64.self))))
        accessed = FileTime(
            .init(tv_sec: Int(try reader.integer(Int64.self)), tv_nsec: Int(try reader.integer(Int64.self))))
        owner = try reader.integer()
        group = try reader.integer()
        device = try reader.integer()
        number = try reader.integer()
    }
}
