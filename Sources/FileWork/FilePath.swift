import System

/// Paths as text, and where they lead.
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

    /// `png` for `a/b.PNG`; empty when the name has no dot.
    package static func nameExtension(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
    }

    /// The path of something in a folder.
    static func joined(_ folder: String, _ name: some StringProtocol) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    /// `path`, or the nearest folder above it that is there: what would hold it if it were made.
    package static func nearestExisting(to path: String) -> String {
        var path = path
        while !FileSystem.exists(path), path.count > 1 {
            let parent = parent(of: path)
            path = parent.isEmpty ? "." : parent
        }
        return path
    }
}
