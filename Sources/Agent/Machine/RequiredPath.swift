import ExecutorKit

/// A file or folder that has to be there before a task is taken, and what has to be possible with it.
///
/// Written as a path and words behind colons: `/render`, `/render:rw`, `/mnt/farm:mounted:rw`. That form needs no comma, so
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
        var words = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        guard let path = words.popFirst(), path.hasPrefix("/"), !path.utf8.contains(0) else { return nil }
        var access: Access?
        var mustBeMounted = false
        for word in words {
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
