package import System

/// A folder held by a descriptor, so that operations are not affected by changes of the path that leads to it.
///
/// All names are those of entries of the folder; symbolic links are not followed, unless a call says so.
package struct Folder: ~Copyable {
    package let descriptor: Descriptor
    /// The path by which it was opened, for messages.
    package let path: String

    init(_ descriptor: consuming Descriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens the folder at a path, following symbolic links.
    init(at path: String) throws(FileError) {
        self.init(
            try FileError.during("look at \(path)") { () throws(SystemError) in
                try Descriptor(opening: path, .folderHandle)
            }, path: path)
    }

    /// Returns the path of an entry, for messages.
    package func path(of name: String) -> String { FilePath.joined(path, name) }

    // MARK: Queries

    /// Returns the status of an entry; nil if it does not exist.
    func status(_ name: String, followingLinks: Bool = false) throws(FileError) -> FileStatus? {
        do throws(SystemError) {
            return try descriptor.status(of: name, followingLinks: followingLinks)
        } catch {
            if error.isMissing { return nil }
            throw FileError("look at \(path(of: name))", error.number)
        }
    }

    /// Opens a subfolder.
    func folder(_ name: String) throws(FileError) -> Folder {
        Folder(try open(name, [.folderHandle, .noLink], "look at"), path: path(of: name))
    }

    /// Returns the names of all entries.
    func names() throws(FileError) -> [String] {
        try FileError.during("read folder \(path)") { () throws(SystemError) in try Directory.names(in: descriptor) }
    }

    /// Returns the status of the folder and of all folders above it, from the inside out.
    func lineage() throws(FileError) -> [FileStatus] {
        var lineage: [FileStatus] = []
        var name = "."
        while let status = try self.status(name), lineage.last.map(status.isSame) != true {
            lineage.append(status)
            name += "/.."
        }
        return lineage
    }

    /// Opens a file for reading. Opening a named pipe would wait for a writer without O_NONBLOCK, which has no effect
    /// on files.
    func read(_ name: String, followingLinks: Bool = false) throws(FileError) -> Descriptor {
        try open(name, followingLinks ? [.read, .nonBlocking] : [.read, .nonBlocking, .noLink], "read")
    }

    // MARK: Changes

    /// Opens or creates a file.
    func open(
        _ name: String, _ mode: OpenMode, permissions: UInt32 = 0, _ action: String
    ) throws(FileError) -> Descriptor {
        try FileError.during("\(action) \(path(of: name))") { () throws(SystemError) in
            try Descriptor(opening: name, in: descriptor, mode, permissions: permissions)
        }
    }

    func makeFolder(_ name: String, permissions: UInt32) throws(FileError) {
        try FileError.during("make folder \(path(of: name))") { () throws(SystemError) in
            try descriptor.makeFolder(name, permissions: permissions)
        }
    }

    /// Removes a file, or an empty folder.
    func remove(_ name: String, isFolder: Bool = false) throws(FileError) {
        try FileError.during("remove \(path(of: name))") { () throws(SystemError) in
            try descriptor.remove(name, isFolder: isFolder)
        }
    }

    /// Makes its entries durable across a power loss, if the file system supports that.
    func synchronize() { try? descriptor.synchroniseEntries() }

    /// Renames an entry to a name in a folder, unless that exists.
    ///
    /// A file created there concurrently is never lost on any file system that has `renameat2(2)` with
    /// `RENAME_NOREPLACE`, or hard links in the case of files. Only for folders on a few others (including NFS), the
    /// check and the renaming are two steps; even there, only an empty folder might be replaced.
    ///
    /// - Throws: ``FileError`` with `EEXIST` if the name exists, `EXDEV` across file systems.
    func rename(_ name: String, to folder: borrowing Folder, as newName: String) throws(FileError) {
        let action = "move \(path(of: name)) to \(folder.path(of: newName))"
        do throws(SystemError) {
            return try descriptor.renameToFree(name, to: folder.descriptor, as: newName)
        } catch {
            guard [EINVAL, ENOSYS, ENOTSUP].contains(error.number) else { throw FileError(action, error.number) }
        }
        if try status(name)?.kind == .file,
            (try? descriptor.addName(name, to: folder.descriptor, as: newName)) != nil
        {
            try remove(name)
        } else {
            if try folder.status(newName) != nil { throw FileError(action, EEXIST) }
            try FileError.during(action) { () throws(SystemError) in
                try descriptor.rename(name, to: folder.descriptor, as: newName)
            }
        }
    }
}

/// An entry of a folder, whether or not it exists.
package struct Place: ~Copyable {
    package let folder: Folder
    package let name: String
    /// Whether a symbolic link of that name is replaced with its target.
    let followsLinks: Bool

    /// The full path, for messages.
    package var path: String { folder.path(of: name) }

    /// Returns the status of the entry; nil if it does not exist.
    func status() throws(FileError) -> FileStatus? { try folder.status(name, followingLinks: followsLinks) }

    /// Opens a file for reading.
    func read() throws(FileError) -> Descriptor { try folder.read(name, followingLinks: followsLinks) }
}
