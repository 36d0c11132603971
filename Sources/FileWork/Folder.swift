#if os(Linux)
    import CPlatform
    import Glibc
#else
    import Darwin
#endif

/// An open file or folder, closed when it goes.
package struct Descriptor: ~Copyable {
    package let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { close(number) }
}

/// A folder that is held by a descriptor, so that what happens in it happens there whatever its path has come to stand for.
///
/// All names are those of entries of the folder; none is followed where it is a symbolic link, unless a call says so.
package struct Folder: ~Copyable {
    package let descriptor: Descriptor
    /// Where it was found, for messages.
    package let path: String

    #if os(Linux)
        /// For a handle that needs no permission to read the folder.
        static let handle = Int32(truncatingIfNeeded: platform_flags_of_folder_handle())
    #else
        static let handle = O_RDONLY | O_DIRECTORY | O_CLOEXEC
    #endif

    init(_ descriptor: consuming Descriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// The folder at a path, symbolic links followed.
    init(at path: String) throws(FileError) {
        self.init(
            Descriptor(try FileError.check("look at \(path)") { openat(AT_FDCWD, path, Self.handle) }), path: path)
    }

    /// The path of an entry, for messages.
    package func path(of name: String) -> String { FilePath.joined(path, name) }

    // MARK: Looking

    /// What has this name; nil when there is nothing.
    func status(_ name: String, followingLinks: Bool = false) throws(FileError) -> FileStatus? {
        var status = stat()
        do throws(FileError) {
            try FileError.check("look at \(path(of: name))") {
                fstatat(descriptor.number, name, &status, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW)
            }
        } catch {
            if error.isMissing { return nil }
            throw error
        }
        return FileStatus(status)
    }

    /// The folder of this name in it.
    func folder(_ name: String) throws(FileError) -> Folder {
        let number = try FileError.check("look at \(path(of: name))") {
            openat(descriptor.number, name, Self.handle | O_NOFOLLOW)
        }
        return Folder(Descriptor(number), path: path(of: name))
    }

    /// The names of all that is in it.
    func names() throws(FileError) -> [String] {
        // The handle itself cannot be read.
        let number = try FileError.check("read folder \(path)") {
            openat(descriptor.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard let stream = fdopendir(number) else {
            defer { close(number) }
            throw FileError("read folder \(path)")
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = Self.name(of: entry)
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        if errno != 0 { throw FileError("read folder \(path)") }
        return names
    }

    static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
        }
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
        try open(name, O_RDONLY | O_NONBLOCK | (followingLinks ? 0 : O_NOFOLLOW), "read")
    }

    // MARK: Changing

    /// Opens or makes a file.
    func open(_ name: String, _ flags: Int32, mode: mode_t = 0, _ action: String) throws(FileError) -> Descriptor {
        Descriptor(
            try FileError.check("\(action) \(path(of: name))") {
                openat(descriptor.number, name, flags | O_CLOEXEC, mode)
            })
    }

    func makeFolder(_ name: String, mode: mode_t) throws(FileError) {
        try FileError.check("make folder \(path(of: name))") { mkdirat(descriptor.number, name, mode) }
    }

    /// Removes a file, or a folder with nothing in it.
    func remove(_ name: String, isFolder: Bool = false) throws(FileError) {
        try FileError.check("remove \(path(of: name))") {
            unlinkat(descriptor.number, name, isFolder ? AT_REMOVEDIR : 0)
        }
    }

    /// Makes its entries survive a power loss; a file system that cannot is left alone.
    func synchronize() {
        let number = openat(descriptor.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { return }
        _ = fsync(number)
        _ = close(number)
    }

    /// Renames an entry to a name in a folder, unless something is there already.
    ///
    /// There is no moment at which another process could slip in a file that gets lost, on any file system that has
    /// `renameat2(2)` with `RENAME_NOREPLACE`, or hard links in the case of files. Only for folders on the few others
    /// (NFS among them) the check and the renaming are two steps; even there no folder with anything in it is replaced.
    ///
    /// - Throws: ``FileError`` with `EEXIST` when something is there, `EXDEV` across file systems.
    func rename(_ name: String, to folder: borrowing Folder, as newName: String) throws(FileError) {
        let action = "move \(path(of: name)) to \(folder.path(of: newName))"
        let (here, there) = (descriptor.number, folder.descriptor.number)
        #if os(Linux)
            let number = cplatform_renameat2_noreplace(here, name, there, newName) == 0 ? 0 : errno
        #else
            let number = renameatx_np(here, name, there, newName, UInt32(RENAME_EXCL)) == 0 ? 0 : errno
        #endif
        guard [EINVAL, ENOSYS, ENOTSUP].contains(number) else {
            if number != 0 { throw FileError(action, number) }
            return
        }
        if try status(name)?.kind == .file, linkat(here, name, there, newName, 0) == 0 {
            try remove(name)
        } else {
            if try folder.status(newName) != nil { throw FileError(action, EEXIST) }
            try FileError.check(action) { renameat(here, name, there, newName) }
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
