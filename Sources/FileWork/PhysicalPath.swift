package import System

/// The real location of a path: without symbolic links, `.` and `..`, even if the file does not exist yet.
///
/// Unlike `realpath(3)` it follows links whose target does not exist, like `open(2)` with `O_CREAT`.
package enum PhysicalPath {
    /// The maximum number of links in a path, as in Linux: man 7 path_resolution.
    private static let mostLinks = 40

    /// Returns the location of an absolute path.
    ///
    /// - Throws: ``FileError`` if a component is not accessible, or links form a loop.
    package static func of(_ path: String) throws(FileError) -> String {
        try walk(path) { _ in true }
    }

    /// Walks to the location of an absolute path.
    ///
    /// - Parameter pass: called with each place on the way, including links; false ends the walk there.
    private static func walk(
        _ path: String, _ pass: (_ place: String) throws(FileError) -> Bool
    ) throws(FileError) -> String {
        var waiting = pieces(of: path)
        var place: [Substring] = []
        var links = 0
        while let piece = waiting.popLast() {
            switch piece {
            case ".": continue
            case "..": _ = place.popLast()
            default:
                let candidate = "/" + (place + [piece]).joined(separator: "/")
                guard try pass(candidate) else { return candidate }
                guard let target = try linkTarget(candidate) else {
                    place.append(piece)
                    continue
                }
                links += 1
                guard links <= mostLinks else { throw FileError("follow the links of \(path)", ELOOP) }
                if target.hasPrefix("/") { place = [] }
                waiting += pieces(of: target)
            }
        }
        return "/" + place.joined(separator: "/")
    }

    /// Returns the location of the name itself: all links are followed except for the last component.
    ///
    /// - Throws: like ``of(_:)``.
    static func ofName(_ path: String) throws(FileError) -> String {
        guard let name = path.split(separator: "/").last, name != ".", name != ".." else { return try of(path) }
        let folder = try of(FilePath.parent(of: path))
        return FilePath.joined(folder, name)
    }

    /// Returns every place on the way to an absolute path, starting from the root, with its status: folders, links, and
    /// the end of the path. Ends early at a place that does not exist.
    ///
    /// - Throws: like ``of(_:)``.
    package static func way(to path: String) throws(FileError) -> [(place: String, status: FileStatus)] {
        var way: [(place: String, status: FileStatus)] = []
        func pass(_ place: String) throws(FileError) -> Bool {
            guard let status = try FileStatus(place) else { return false }
            way.append((place, status))
            return true
        }
        if try pass("/") { _ = try walk(path, pass) }
        return way
    }

    /// Returns the components of a path, the last first.
    private static func pieces(of path: String) -> [Substring] { path.split(separator: "/").reversed() }

    /// Returns the target of a symbolic link; nil if it is not a link, or does not exist.
    private static func linkTarget(_ path: String) throws(FileError) -> String? {
        do throws(SystemError) {
            return try FileSystem.target(ofLink: path)
        } catch {
            // EINVAL: it exists and is not a link. ENOTDIR: a parent is a file; the call that uses the path reports it.
            guard error.number == EINVAL || error.isAbsence else { throw FileError("look at \(path)", error.number) }
            return nil
        }
    }
}
