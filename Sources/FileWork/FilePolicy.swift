import SupervisorProtocol
import System

/// The files that may be used: the operator's `allowed_paths`.
package struct FilePolicy: Hashable, Sendable {
    /// The allowed places; if nil, all.
    package var allowed: AllowedPlaces?

    package init(allowedPaths: [String]? = nil) { allowed = allowedPaths.map(AllowedPlaces.init) }

    /// Returns the rule that forbids a path, as text; nil if it may be used.
    ///
    /// Both the location of the name itself and the target of symbolic links must be allowed; for a path that does not
    /// exist, the place where it would be created.
    package func refusal(of path: String) -> String? {
        guard let allowed else { return nil }
        do {
            return try allowed.resolve(path).outside.map { Self.refusal(of: path, $0).rule }
        } catch {
            return "\"allowed_paths\" cannot be enforced: \(error)"
        }
    }

    private static func refusal(of path: String, _ outside: String) -> FileRefusalError {
        FileRefusalError("\(outside == path ? path : "\(path), which is \(outside),") is not in \"allowed_paths\"")
    }

    /// Returns the place of a path, to be used from now on instead of the path.
    ///
    /// - Parameters:
    ///   - followingLinks: whether a symbolic link there is replaced with its target.
    ///   - changingFolder: whether the entry itself is created or removed, so that its folder has to be allowed too.
    /// - Throws: ``FileRefusalError``; ``FileError``, also if its folder does not exist.
    package func place(
        of path: String, followingLinks: Bool = false, changingFolder: Bool = false
    ) throws -> Place {
        guard let allowed else {
            let folder = FilePath.parent(of: path)
            return Place(folder: try Folder(at: folder), name: Self.name(path), followsLinks: followingLinks)
        }
        return try allowed.stable(path, refusal: { Self.refusal(of: path, $0) }) { resolution in
            let target = followingLinks ? resolution.end : resolution.name
            let parent = FilePath.parent(of: target)
            if changingFolder, allowed.holder(of: parent) == nil { throw Self.refusal(of: parent, parent) }
            let folder = try allowed.folder(of: target)
            let name = Self.name(target)
            // If it has become a link in the meantime, it must be resolved again.
            if followingLinks, try folder.status(name)?.kind == .link { throw FileError("look at \(path)", ELOOP) }
            return Place(folder: folder, name: name, followsLinks: false)
        }
    }

    private static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "." }

    // MARK: Folders

    /// Creates a folder and all missing folders above it; an existing folder is not changed.
    package func makeFolders(_ path: String) throws {
        guard let allowed else {
            return try Self.makeFolders(try PhysicalPath.of(path), below: "/")
        }
        try allowed.stable(path, refusal: { Self.refusal(of: path, $0) }) { resolution in
            let holder = allowed.holder(of: resolution.end) ?? "/"
            do {
                try Self.makeFolders(resolution.end, below: holder)
            } catch let error as FileError where error.isMissing {
                // The allowed folder itself is missing.
                try Self.makeFolders(holder, below: "/")
                try Self.makeFolders(resolution.end, below: holder)
            }
        }
    }

    /// - Parameters:
    ///   - path: a resolved path.
    ///   - holder: an existing folder above it, or the folder itself.
    private static func makeFolders(_ path: String, below holder: String) throws {
        var folder = try AllowedPlaces.open(holder, below: holder)
        for name in path.dropFirst(holder.count).split(separator: "/").map(String.init) {
            let next: Folder
            do throws(FileError) {
                next = try folder.folder(name)
            } catch {
                guard error.isMissing else { throw try Self.obstacle(name, in: folder, error) }
                do throws(FileError) {
                    try folder.makeFolder(name, permissions: 0o777)
                } catch {
                    // It may have been created concurrently, which is fine.
                    guard error.isAlreadyThere else { throw error }
                }
                do throws(FileError) {
                    next = try folder.folder(name)
                } catch {
                    throw try Self.obstacle(name, in: folder, error)
                }
            }
            folder = next
        }
    }

    /// Returns the error for a file or link in place of a folder.
    private static func obstacle(_ name: String, in folder: borrowing Folder, _ error: FileError) throws -> any Error {
        guard error.number == ENOTDIR || error.isLink else { return error }
        switch try folder.status(name)?.kind {
        case .link: return FileError("look at \(folder.path(of: name))", ELOOP)
        case .folder, nil: return error
        default: return FileWorkError("cannot make folder \(folder.path(of: name)): a file of that name exists")
        }
    }
}

// MARK: Serialisation

extension FilePolicy {
    func write(to writer: inout ByteWriter) {
        writer.append(allowed?.paths) { $0.append($1) { $0.append($1) } }
    }

    init(from reader: inout ByteReader) throws {
        self.init(allowedPaths: try reader.optional { try $0.list { try $0.text() } })
    }
}
