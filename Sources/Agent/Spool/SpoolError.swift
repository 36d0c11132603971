#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why the spool cannot take a task.
package struct SpoolError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package enum Reason: Hashable, Sendable {
        /// The disk has less room than a task may need.
        case diskFull(free: Int?)
        /// The file system is mounted read-only.
        case readOnly
        /// The folder was removed, and could not be made again.
        case folderGone
        /// Undelivered tasks take up all that the spool may use.
        case limitReached(used: Int, limit: Int)
        /// A newer version of the agent wrote the spool.
        case newerVersion(found: String, known: Int)
        /// The system refused in another way.
        case system(FileError)
    }

    /// The folder of the spool.
    package let folder: String
    /// What is wrong.
    package let reason: Reason

    package init(folder: String, reason: Reason) {
        self.folder = folder
        self.reason = reason
    }

    /// What a failed call means for the spool.
    init(folder: String, _ error: FileError) {
        self.folder = folder
        switch error.number {
        case ENOSPC, EDQUOT: reason = .diskFull(free: nil)
        case EROFS: reason = .readOnly
        case ENOENT, ENOTDIR: reason = .folderGone
        default: reason = .system(error)
        }
    }

    /// One sentence without a full stop.
    package var description: String {
        switch reason {
        case .diskFull(let free?): "the disk of the spool \(folder) is almost full: \(ByteCount(free)) are free"
        case .diskFull(nil): "the disk of the spool \(folder) is full"
        case .readOnly: "the spool \(folder) is on a file system that is mounted read-only"
        case .folderGone: "the folder of the spool \(folder) is gone and cannot be made again"
        case .limitReached(let used, let limit):
            "the spool \(folder) holds \(ByteCount(used)) that the manager has not taken yet; its limit is \(ByteCount(limit))"
        case .newerVersion(let found, let known):
            "the spool \(folder) was written by a newer agent (version “\(found)”; this one knows \(known))"
        case .system(let error): "the spool cannot store anything: \(error)"
        }
    }
}

/// A number of bytes for people: "1.5 GiB".
struct ByteCount: CustomStringConvertible {
    let bytes: Int

    init(_ bytes: Int) { self.bytes = bytes }

    var description: String {
        var value = Double(bytes)
        var units = ["bytes", "KiB", "MiB", "GiB", "TiB"][...]
        while value >= 1024, units.count > 1 {
            value /= 1024
            units = units.dropFirst()
        }
        let tenths = Int((value * 10).rounded())
        let number = tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
        return "\(number) \(units.first ?? "bytes")"
    }
}
