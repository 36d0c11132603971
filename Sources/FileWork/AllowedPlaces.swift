package import System

/// Files and folders that the operator allows, with all that is in them; and the way to something in them by which nobody who
/// changes links meanwhile gets anywhere else.
///
/// A path is resolved first, so that links that end inside count. What it resolved to is then opened below a descriptor of
/// the allowed folder, in one system call that follows no link. Where a link has come up in between, all begins anew.
package struct AllowedPlaces: Hashable, Sendable {
    /// Absolute paths, as the operator wrote them; symbolic links in them are followed.
    package let paths: [String]

    /// Somebody who swaps links without pause is in the way of himself.
    private static let attempts = 200

    package init(_ paths: [String]) { self.paths = paths }

    /// The allowed place that holds a resolved path, resolved as well; nil when none does.
    package func holder(of path: String) -> String? {
        for place in paths {
            guard let place = try? PhysicalPath.of(place) else { continue }
            if path == place || path.hasPrefix(place == "/" ? place : place + "/") { return place }
        }
        return nil
    }

    /// Where a path leads, as names and as what links make of it, and whether that is allowed.
    struct Resolution {
        /// The place of the name itself.
        let name: String
        /// The place that it leads to in the end.
        let end: String
        /// The first of both that is nowhere allowed.
        let outside: String?
    }

    /// - Throws: ``FileError`` where a part of the path cannot be looked at, or links go in circles.
    ///
    /// - Parameter endAlone: whether it does not matter where the name itself is.
    func resolve(_ path: String, endAlone: Bool = false) throws(FileError) -> Resolution {
        let (name, end) = (try PhysicalPath.ofName(path), try PhysicalPath.of(path))
        let counting = endAlone ? [end] : [name, end]
        return Resolution(name: name, end: end, outside: counting.first { holder(of: $0) == nil })
    }

    /// Calls `body` with what a path resolves to until no link got in its way.
    ///
    /// - Throws: ``FileRefusalError`` with `refusal` in words when the path is not allowed, or does not stay the same for long
    ///   enough to be used.
    func stable<Value: ~Copyable>(
        _ path: String, endAlone: Bool = false, refusal: (_ outside: String) -> FileRefusalError,
        _ body: (Resolution) throws -> Value
    ) throws -> Value {
        for _ in 0..<Self.attempts {
            let resolution = try resolve(path, endAlone: endAlone)
            if let outside = resolution.outside { throw refusal(outside) }
            do {
                return try body(resolution)
            } catch let error as FileError where error.isLink {}
        }
        throw FileRefusalError("\(path) keeps changing while it is checked")
    }

    /// The folder of a resolved path, whose own path or whose entry `name` is allowed.
    func folder(of path: String) throws(FileError) -> Folder {
        let parent = FilePath.parent(of: path)
        guard let holder = holder(of: parent) else {
            // The path itself is an allowed place; what is above it is the operator's.
            return try Self.open(parent, below: "/")
        }
        return try Self.open(parent, below: holder)
    }

    /// Opens a folder by its resolved path.
    ///
    /// - Throws: ``FileError`` with `ELOOP` where a symbolic link has come up in the path.
    static func open(_ path: String, below holder: String) throws(FileError) -> Folder {
        let root = try openFollowingNone(BorrowedDescriptor.workingDirectory, holder, beneath: false, holder)
        let rest = path.dropFirst(holder.count).drop { $0 == "/" }
        if rest.isEmpty { return Folder(root, path: path) }
        return Folder(try openFollowingNone(root, String(rest), beneath: true, path), path: path)
    }

    private static func openFollowingNone(
        _ folder: borrowing some OpenDescriptor & ~Copyable, _ relative: String, beneath: Bool, _ path: String
    ) throws(FileError) -> Descriptor {
        do throws(SystemError) {
            return try Descriptor(handleOf: relative, in: folder, beneath: beneath)
        } catch {
            guard error.number == ENOSYS || error.number == EPERM else {
                throw FileError("look at \(path)", error.number)
            }
        }
        return try openStepByStep(folder, relative, path)
    }

    /// As ``openFollowingNone(_:_:beneath:_:)``, name by name.
    package static func openStepByStep(
        _ folder: borrowing some OpenDescriptor & ~Copyable, _ relative: String, _ path: String
    ) throws(FileError) -> Descriptor {
        let start = relative.hasPrefix("/") ? "/" : "."
        do throws(SystemError) {
            var current = try Descriptor(opening: start, in: folder, .folderHandle)
            for name in relative.split(separator: "/").map(String.init) {
                let next: Descriptor
                do throws(SystemError) {
                    next = try Descriptor(opening: name, in: current, [.folderHandle, .noLink])
                } catch {
                    // For a handle of a folder, a link is no folder.
                    let isLink = error.number == ENOTDIR && (try? current.status(of: name).kind) == .link
                    throw isLink ? SystemError(ELOOP) : error
                }
                current = next
            }
            return current
        } catch {
            throw FileError("look at \(path)", error.number)
        }
    }
}
