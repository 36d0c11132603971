import CPlatform

/// Operations on files and folders by path.
package enum FileSystem {
    // MARK: Queries

    /// Whether this user may access a path in the way given by `mode` (`R_OK`, `W_OK`, `X_OK`, `F_OK`).
    package static func canAccess(_ path: String, _ mode: Int32) -> Bool { access(path, mode) == 0 }

    /// Checks that this user may access a path.
    package static func requireAccess(_ path: String, _ mode: Int32) throws(SystemError) {
        try checked(access(path, mode))
    }

    /// Checks that the user of files in this thread may access a path; see
    /// ``SystemUser/useFilesInThisThread(asUser:group:groups:)``.
    package static func requireAccessOfThread(_ path: String, _ mode: Int32) throws(SystemError) {
        if platform_access_of_thread(path, mode) == 0 { return }
        // For kernels before 5.8.
        guard errno == ENOSYS else { throw SystemError.last }
        try requireAccess(path, mode)
    }

    package static func exists(_ path: String) -> Bool { canAccess(path, F_OK) }

    /// Returns the path without symbolic links, `.` and `..`; nil if it does not exist.
    package static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Returns the target of a symbolic link.
    package static func target(ofLink path: String) throws(SystemError) -> String {
        let target = try BorrowedDescriptor.workingDirectory.target(ofLink: path)
        return String(decoding: target.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Returns the number of bytes that this user can still store on the disk of a folder.
    package static func freeBytes(at path: String) throws(SystemError) -> Int {
        var status = statvfs()
        try retrying { statvfs(path, &status) }
        return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }

    /// Whether an extended attribute has exactly this byte as its value (man 7 xattr).
    package static func attribute(_ name: String, of path: String, is expected: UInt8) -> Bool {
        var value: UInt8 = 0
        return platform_get_attribute(path, name, &value, 1) == 1 && value == expected
    }

    // MARK: Small files

    /// Reads a file in /proc or /sys, which reports no size, with one call; nil if it cannot be read. Content beyond
    /// `limit` is cut off.
    package static func contents(of path: String, limit: Int = 4096) -> [UInt8]? {
        try? Descriptor(opening: path, .read).read(atMost: limit)
    }

    /// Writes a short text to an existing file, with one call.
    package static func put(_ text: String, into path: String) throws(SystemError) {
        let file = try Descriptor(opening: path, .write)
        let bytes = Array(text.utf8)
        guard try file.write(bytes) == bytes.count else { throw SystemError(EIO) }
    }

    /// Replaces the file at a path atomically, with access for this user only: after a power loss, either the old or
    /// the new content is there.
    package static func replace(_ path: String, with bytes: UnsafeRawBufferPointer) throws(SystemError) {
        let fresh = path + ".new"
        let file = try Descriptor(opening: fresh, [.write, .create, .truncate])
        // A file left by an earlier attempt may be readable by other users.
        try file.setPermissions(0o600)
        try file.writeAll(bytes)
        try file.synchronise()
        try rename(fresh, to: path)
        try synchroniseFolder(parent(of: path))
    }

    /// Makes new names in a folder durable across a power loss.
    package static func synchroniseFolder(_ path: String) throws(SystemError) {
        try Descriptor(opening: path, [.read, .folder]).synchronise()
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    // MARK: Changes

    package static func rename(_ path: String, to newPath: String) throws(SystemError) {
        try checked(libcRename(path, newPath))
    }

    package static func makeFolder(_ path: String, permissions: UInt32) throws(SystemError) {
        try checked(mkdir(path, mode_t(permissions)))
    }

    /// Creates a folder with a unique name, for this user only.
    ///
    /// - Parameter beginning: the beginning of its path.
    package static func makeTemporaryFolder(_ beginning: String) throws(SystemError) -> String {
        var template = Array("\(beginning)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError.last }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Removes a file.
    package static func remove(_ path: String) throws(SystemError) { try checked(unlink(path)) }

    /// Removes an empty folder.
    package static func removeFolder(_ path: String) throws(SystemError) { try checked(rmdir(path)) }

    /// Removes a folder with its content, or a file; follows no links.
    package static func removeTree(_ path: String) throws(SystemError) {
        guard try FileStatus(of: path, followingLinks: false).kind == .folder else { return try remove(path) }
        for name in try Directory.names(in: path) { try removeTree(path + "/" + name) }
        try removeFolder(path)
    }
}
