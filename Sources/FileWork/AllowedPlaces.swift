package import System

/// Files and folders that the operator allows, with their content; and a way to open something in them that cannot be
/// redirected by changing links in the meantime.
///
/// A path is resolved first, so that links to allowed places are accepted. The result is then opened below a descriptor
/// of the allowed folder, in one system call that follows no links. If a link was created in between, everything is
/// repeated.
package struct AllowedPlaces: Hashable, Sendable {
    /// Absolute paths, as written by the operator; symbolic links in them are followed.
    package let paths: [String]

    /// The maximum number of attempts. A program that keeps changing links only makes its own task fail.
    private static let attempts = 200

    package init(_ paths: [String]) { self.paths = paths }

    /// Returns the allowed place that contains a resolved path, as a resolved path; nil if there is none.
    package func holder(of path: String) -> String? {
        for place in paths {
            guard let place = try? PhysicalPath.of(place) else { continue }
            if path == place || path.hasPrefix(place == "/" ? place : place + "/") { return place }
        }
        return nil
    }

    /// The result of resolving a path, and whether it is allowed.
    struct Resolution {
        /// The location of the name itself.
        let name: String
        /// The location that it finally leads to.
        let end: String
        /// The first of both that is not allowed.
        let outside: String?
    }

    /// - Throws: ``FileError`` if a component of the path is not accessible, or links form a loop.
    ///
    /// - Parameter endAlone: whether the location of the name itself is ignored.
    func resolve(_ path: String, endAlone: Bool = false) throws(FileError) -> Resolution {
        let (name, end) = (try PhysicalPath.ofName(path), try PhysicalPath.of(path))
        let counting = endAlone ? [end] : [name, end]
        return Resolution(name: name, end: end, outside: counting.first { holder(of: $0) == nil })
    }

    /// Resolves a path and calls `body` with the result, repeatedly until no link interferes.
    ///
    /// - Throws: ``FileRefusalError`` with the text of `refusal` if the path is not allowed, or keeps changing.
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

    /// Returns the folder of a resolved path, if the path itself or its entry `name` is allowed.
    func folder(of path: String) throws(FileError) -> Folder {
        let parent = FilePath.parent(of: path)
        guard let holder = holder(of: parent) else {
            // The path itself is an allowed place; folders above it are the operator's.
            return try Self.open(parent, below: "/")
        }
        return try Self.open(parent, below: holder)
    }

    /// Opens a folder by its resolved path.
    ///
    /// - Throws: ``FileError`` with `ELOOP` if the path now contains a symbolic link.
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
            return try Descriptor(handleOf: relative, type: .folder, in: folder, beneath: beneath)
        } catch {
            guard error.number == ENOSYS || error.number == EPERM else {
                throw FileError("look at \(path)", error.number)
            }
        }
        return try openStepByStep(folder, relative, path)
    }

    /// Like ``openFollowingNone(_:_:beneath:_:)``, component by component.
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
                    // When a folder handle is opened, a link is reported as ENOTDIR.
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
