package import System

/// A folder that is held by a descriptor, so that what happens in it happens there whatever its path has come to stand for.
///
/// All names are those of entries of the folder; none is followed where it is a symbolic link, unless a call says so.
package struct Folder: ~Copyable {
    package let descriptor: Descriptor
    /// Where it was found, for messages.
    package let path: String

    init(_ descriptor: consuming Descriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// The folder at a path, symbolic links followed.
    init(at path: String) throws(FileError) {
        self.init(
            try FileError.during("look at \(path)") { () throws(SystemError) in
                try Descriptor(opening: path, .folderHandle)
            }, path: path)
    }

    /// The path of an entry, for messages.
    package func path(of name: String) -> String { FilePath.joined(path, name) }

    // MARK: Looking

    /// What has this name; nil when there is nothing.
    func status(_ name: String, followingLinks: Bool = false) throws(FileError) -> FileStatus? {
        do throws(SystemError) {
            return try descriptor.status(of: name, followingLinks: followingLinks)
        } catch {
            if error.isMissing { return nil }
            throw FileError("look at \(path(of: name))", error.number)
        }
    }

    /// The folder of this name in it.
    func folder(_ name: String) throws(FileError) -> Folder {
        Folder(try open(name, [.folderHandle, .noLink], "look at"), path: path(of: name))
    }

    /// The names of all that is in it.
    func names() throws(FileError) -> [String] {
        try FileError.during("read folder \(path)") { () throws(SystemError) in try Directory.names(in: descriptor) }
    }

    /// It and all folders above it, from the inside out.
    func lineage() throws(FileError) -> [FileStatus] {
        var lineage: [FileStatus] = []
        var name = "."
        while let status = try self.status(name), lineage.last.map(status.isSame) != true {
            lineage.append(status)
            name += "/.."
        }
        return lineage
    }

    /// Opens a file for reading. Opening a named pipe would wait for a writer but for O_NONBLOCK, which means nothing for
    /// files.
    func read(_ name: String, followingLinks: Bool = false) throws(FileError) -> Descriptor {
        try open(name, followingLinks ? [.read, .nonBlocking] : [.read, .nonBlocking, .noLink], "read")
    }

    // MARK: Changing

    /// Opens or makes a file.
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

    /// Removes a file, or a folder with nothing in it.
    func remove(_ name: String, isFolder: Bool = false) throws(FileError) {
        try FileError.during("remove \(path(of: name))") { () throws(SystemError) in
            try descriptor.remove(name, isFolder: isFolder)
        }
    }

    /// Makes its entries survive a power loss; a file system that cannot is left alone.
    func synchronize() { try? descriptor.synchroniseEntries() }

    /// Renames an entry to a name in a folder, unless something is there already.
    ///
    /// There is no moment at which another process could slip in a file that gets lost, on any file system that has
    /// `renameat2(2)` with `RENAME_NOREPLACE`, or hard links in the case of files. Only for folders on the few others
    /// (NFS among them) the check and the renaming are two steps; even there no folder with anything in it is replaced.
    ///
    /// - Throws: ``FileError`` with `EEXIST` when something is there, `EXDEV` across file systems.
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

/// Something in a folder, whether it is there or not.
package struct Place: ~Copyable {
    package let folder: Folder
    package let name: String
    /// Whether a symbolic link of that name stands for what it leads to.
    let followsLinks: Bool

    /// The whole path, for messages.
    package var path: String { folder.path(of: name) }

    /// What is there; nil when there is nothing.
    func status() throws(FileError) -> FileStatus? { try folder.status(name, followingLinks: followsLinks) }

    /// Opens a file for reading.
    func read() throws(FileError) -> Descriptor { try folder.read(name, followingLinks: followsLinks) }
}
