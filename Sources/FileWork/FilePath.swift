import System

/// Operations on paths as strings.
package enum FilePath {
    /// Returns the parent folder of `path`: `/a` for `/a/b`, `/a/b/` and `/a//b`.
    package static func parent(of path: String) -> String {
        let pieces = path.split(separator: "/").dropLast()
        return (path.hasPrefix("/") ? "/" : "") + pieces.joined(separator: "/")
    }

    /// Returns `path` without trailing slashes.
    package static func withoutTrailingSlashes(_ path: String) -> String {
        var path = path[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        return String(path)
    }

    /// Returns `png` for `a/b.PNG`; empty if the name has no dot.
    package static func nameExtension(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
    }

    /// Returns the path of an entry of a folder.
    static func joined(_ folder: String, _ name: some StringProtocol) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    /// Returns `path`, or the nearest existing folder above it, in which it would be created.
    package static func nearestExisting(to path: String) -> String {
        var path = path
        while !FileSystem.exists(path), path.count > 1 {
            let parent = parent(of: path)
            path = parent.isEmpty ? "." : parent
        }
        return path
    }
}
