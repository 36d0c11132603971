import ExecutorKit
import HumanText

/// A file or folder that has to be there before a task is taken, and what has to be possible with it.
///
/// Written as a path and parts behind colons: `/render`, `/render:rw`, `/mnt/farm:mounted:rw`. That form needs no comma, so
/// that lists of it can be separated by commas on the command line and in the environment.
package struct RequiredPath: Hashable, Sendable {
    /// What programs have to be able to do with it.
    package enum Access: String, Sendable {
        /// It is there.
        case none = ""
        /// It can be read; a folder can be entered too.
        case read = "r"
        /// It can be read and written.
        case readAndWrite = "rw"
    }

    /// The absolute path, without slashes at its end.
    package let path: String
    /// What has to be possible.
    package let access: Access
    /// Whether a file system has to be mounted there.
    package let mustBeMounted: Bool

    /// The path as it is written in the settings; absent when that makes no sense.
    package init?(_ text: String) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        guard let path = parts.popFirst(), path.hasPrefix("/"), !path.utf8.contains(0) else { return nil }
        var access: Access?
        var mustBeMounted = false
        for word in parts {
            switch word {
            case "mounted" where !mustBeMounted: mustBeMounted = true
            case "r" where access == nil: access = .read
            case "rw" where access == nil: access = .readAndWrite
            default: return nil
            }
        }
        self.path = FilePath.withoutTrailingSlashes(String(path))
        self.access = access ?? .none
        self.mustBeMounted = mustBeMounted
    }
}

extension RequiredPath: CustomStringConvertible {
    /// As it is written in the settings.
    package var description: String {
        path + (mustBeMounted ? ":mounted" : "") + (access == .none ? "" : ":" + access.rawValue)
    }
}

/// Something about the machine that keeps a worker from taking tasks.
package enum MachineProblem: Hashable, Sendable {
    case missing(String)
    case notMounted(String)
    case notReadable(String, reason: String)
    case notWritable(String, reason: String)
    /// The system refuses to say anything about it.
    case unusable(String, reason: String)
    /// Looking at it takes for ever, as on a network mount whose server is gone.
    case noAnswer(String)
    /// The disk of this folder is too full.
    case littleSpace(String, free: Int, minimum: Int)

    /// The problem without what changes while it stays the same one.
    var kind: MachineProblem {
        if case .littleSpace(let folder, _, let minimum) = self {
            return .littleSpace(folder, free: 0, minimum: minimum)
        }
        return self
    }
}

extension MachineProblem: CustomStringConvertible {
    /// A part of a sentence.
    package var description: String {
        switch self {
        case .missing(let path): "\(path) does not exist"
        case .notMounted(let path): "nothing is mounted at \(path)"
        case .notReadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .notWritable(let path, let reason): "\(path) cannot be written: \(reason)"
        case .unusable(let path, let reason): "\(path) cannot be used: \(reason)"
        case .noAnswer(let path): "\(path) does not respond"
        case .littleSpace(let folder, let free, let minimum):
            "the disk of \(folder) has \(ByteCountText.text(free)) free, less than the minimum of \(ByteCountText.text(minimum))"
        }
    }
}
