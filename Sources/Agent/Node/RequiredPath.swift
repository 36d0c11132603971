import ExecutorKit
import HumanText

/// A file or folder that must exist before a task is requested, and the access that programs need.
///
/// Written as a path and options after colons: `/render`, `/render:rw`, `/mnt/farm:mounted:rw`. This form contains no
/// comma, so that lists can be separated by commas on the command line and in the environment.
package struct RequiredPath: Hashable, Sendable {
    /// The access that programs need.
    package enum Access: String, Sendable {
        /// It exists.
        case none = ""
        /// It can be read; a folder can also be entered.
        case read = "r"
        /// It can be read and written.
        case readAndWrite = "rw"
    }

    /// The absolute path, without trailing slashes.
    package let path: String
    /// The access that programs need.
    package let access: Access
    /// Whether a file system must be mounted there.
    package let mustBeMounted: Bool

    /// Parses the path as written in the settings; nil if it is invalid.
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
    /// The path as written in the settings.
    package var description: String {
        path + (mustBeMounted ? ":mounted" : "") + (access == .none ? "" : ":" + access.rawValue)
    }
}

/// A problem with the machine that keeps a worker from requesting tasks.
package enum MachineProblem: Hashable, Sendable {
    case missing(String)
    case notMounted(String)
    case notReadable(String, reason: String)
    case notWritable(String, reason: String)
    /// The system reports another error for it.
    case unusable(String, reason: String)
    /// Access to it blocks, as on a network mount whose server is gone.
    case noAnswer(String)
    /// The disk of this folder has too little free space.
    case littleSpace(String, free: Int, minimum: Int)

    /// The problem, without the parts that change while it remains the same.
    var kind: MachineProblem {
        if case .littleSpace(let folder, _, let minimum) = self {
            return .littleSpace(folder, free: 0, minimum: minimum)
        }
        return self
    }
}

extension MachineProblem: CustomStringConvertible {
    /// A clause.
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
