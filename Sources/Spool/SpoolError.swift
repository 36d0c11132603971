import HumanText
package import System

/// Why the spool cannot accept a task.
package struct SpoolError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason.
    package enum Reason: Hashable, Sendable {
        /// The disk is full.
        case diskFull
        /// The disk has less free space than a task may need.
        case diskAlmostFull(free: Int, needed: Int)
        /// The file system is mounted read-only.
        case readOnly
        /// The folder was removed, and could not be created again.
        case folderGone
        /// Undelivered tasks use up the limit of the spool.
        case limitReached(used: Int, limit: Int)
        /// A newer version of the agent wrote the spool.
        case newerVersion(found: Int, known: Int)
        /// The version file contains no version: it is torn, or was written by another program.
        case damagedVersion(path: String, found: String, known: Int)
        /// The system reported another error.
        case system(FileError)
    }

    /// The folder of the spool.
    package let folder: String
    /// The reason.
    package let reason: Reason

    package init(folder: String, reason: Reason) {
        self.folder = folder
        self.reason = reason
    }

    /// Derives the reason from a failed call.
    init(folder: String, _ error: FileError) {
        self.folder = folder
        switch error.number {
        case _ where error.isAbsence: reason = .folderGone
        case ENOSPC, EDQUOT: reason = .diskFull
        case EROFS: reason = .readOnly
        default: reason = .system(error)
        }
    }

    /// One sentence without a full stop.
    package var description: String {
        switch reason {
        case .diskAlmostFull(let free, let needed):
            "the disk of the spool \(folder) is almost full: \(ByteCountText.text(free)) are free, "
                + "\(ByteCountText.text(needed)) are needed"
        case .diskFull: "the disk of the spool \(folder) is full"
        case .readOnly: "the spool \(folder) is on a file system that is mounted read-only"
        case .folderGone: "the folder of the spool \(folder) is gone and cannot be created again"
        case .limitReached(let used, let limit):
            "the spool \(folder) holds \(ByteCountText.text(used)) not yet delivered to the manager; its limit is \(ByteCountText.text(limit))"
        case .newerVersion(let found, let known):
            "the spool \(folder) was written by a newer agent (version \(found); this one knows \(known))"
        case .damagedVersion(let path, let found, let known):
            "\(path) is damaged: expected a line with a version, found \(Self.excerpt(found)); "
                + "replace it with the line \"\(known)\", unless a newer agent has used this spool"
        case .system(let error): "the spool cannot store anything: \(error)"
        }
    }

    private static func excerpt(_ text: String) -> String {
        text.isEmpty ? "an empty file" : "\"\(text.prefix(40).filter { !$0.isNewline })\""
    }
}
