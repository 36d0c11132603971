package import System

/// Where a path really is: no symbolic links, no `.` and no `..`, also when what it names does not exist yet.
///
/// Unlike `realpath(3)` it follows links whose end does not exist, as `open(2)` with `O_CREAT` does.
package enum PhysicalPath {
    /// As many links in one path as Linux follows: man 7 path_resolution.
    private static let mostLinks = 40

    /// The place that an absolute path leads to.
    ///
    /// - Throws: ``FileError`` where a part of it cannot be looked at, or links go in circles.
    package static func of(_ path: String) throws(FileError) -> String {
        try walk(path) { _ in true }
    }

    /// Goes to the place that an absolute path leads to.
    ///
    /// - Parameter pass: told each place on the way, links too; false ends the walk there.
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

    /// The place of the name itself: all links are followed but one that stands last.
    ///
    /// - Throws: as ``of(_:)``.
    static func ofName(_ path: String) throws(FileError) -> String {
        guard let name = path.split(separator: "/").last, name != ".", name != ".." else { return try of(path) }
        let folder = try of(FilePath.parent(of: path))
        return FilePath.joined(folder, name)
    }

    /// Everything that is passed on the way to what an absolute path names, from the root on, with what is there: folders,
    /// links, and what is at the end. It ends early where nothing is.
    ///
    /// - Throws: as ``of(_:)``.
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

    /// The parts of a path, the last first.
    private static func pieces(of path: String) -> [Substring] { path.split(separator: "/").reversed() }

    /// What a symbolic link holds; nil when there is none, or nothing at all.
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
