import CPlatform

// Calls on the entries of an open folder: what happens in it happens there, whatever its path has come to stand for. No entry
// is followed where it is a symbolic link, unless a call says so.

extension Descriptor {
    /// Opens an entry of a folder.
    ///
    /// - Parameter permissions: of a file that is made.
    package init(
        opening name: String, in folder: borrowing some OpenDescriptor & ~Copyable, _ mode: OpenMode,
        permissions: UInt32 = 0
    ) throws(SystemError) {
        let number = folder.number
        self.init(owning: try retrying { openat(number, name, mode.rawValue | O_CLOEXEC, mode_t(permissions)) })
    }

    /// A handle of the folder that a path leads to, as long as no part of it is a symbolic link (man 2 openat2).
    ///
    /// - Parameters:
    ///   - folder: where a relative path begins.
    ///   - beneath: whether it must not lead out of that folder.
    /// - Throws: ``SystemError`` with `ELOOP` at a link; with `ENOSYS` or `EPERM` on a kernel before 5.6, and in a container
    ///   that knows no newer call.
    package init(
        handleOf path: String, in folder: borrowing some OpenDescriptor & ~Copyable, beneath: Bool
    ) throws(SystemError) {
        let resolve: UInt64 = beneath ? 0x04 | 0x08 : 0x04  // RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH
        var number: Int32
        // EAGAIN: a name was changed somewhere on the way, on which the kernel does not want to decide.
        repeat {
            number = platform_openat2(folder.number, path, platform_flags_of_folder_handle(), resolve)
        } while number == -1 && (errno == EAGAIN || errno == EINTR)
        self.init(owning: try checked(number))
    }
}

extension BorrowedDescriptor {
    /// Stands for the working directory, in calls that take a folder.
    package static let workingDirectory = BorrowedDescriptor(AT_FDCWD)
}

extension OpenDescriptor where Self: ~Copyable {
    /// What has this name.
    package func status(of name: String, followingLinks: Bool = false) throws(SystemError) -> FileStatus {
        var status = stat()
        try checked(fstatat(number, name, &status, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW))
        return FileStatus(status)
    }

    package func makeFolder(_ name: String, permissions: UInt32) throws(SystemError) {
        try checked(mkdirat(number, name, mode_t(permissions)))
    }

    /// Removes a file, or a folder with nothing in it.
    package func remove(_ name: String, isFolder: Bool = false) throws(SystemError) {
        try checked(unlinkat(number, name, isFolder ? AT_REMOVEDIR : 0))
    }

    /// Renames an entry; what has the new name is replaced.
    package func rename(
        _ name: String, to folder: borrowing some OpenDescriptor & ~Copyable, as newName: String
    ) throws(SystemError) {
        try checked(renameat(number, name, folder.number, newName))
    }

    /// Renames an entry, unless something has the new name (man 2 renameat2, RENAME_NOREPLACE).
    ///
    /// - Throws: ``SystemError`` with `EEXIST` when something has; with `EINVAL`, `ENOSYS` or `ENOTSUP` where a file system
    ///   cannot do that.
    package func renameToFree(
        _ name: String, to folder: borrowing some OpenDescriptor & ~Copyable, as newName: String
    ) throws(SystemError) {
        try checked(platform_rename_to_free(number, name, folder.number, newName))
    }

    /// Gives a file another name as well.
    package func addName(
        _ name: String, to folder: borrowing some OpenDescriptor & ~Copyable, as newName: String
    ) throws(SystemError) {
        try checked(linkat(number, name, folder.number, newName, 0))
    }

    /// What a symbolic link holds, byte by byte, with the NUL behind it.
    package func target(ofLink name: String) throws(SystemError) -> [CChar] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = try checked(readlinkat(number, name, &buffer, Int(PATH_MAX)))
        return Array(buffer[...count])
    }

    /// Makes a symbolic link.
    package func makeLink(_ name: String, to target: [CChar]) throws(SystemError) {
        try checked(symlinkat(target, number, name))
    }

    /// Changes the owner of an entry.
    package func setOwner(_ owner: UInt32, group: UInt32, of name: String) throws(SystemError) {
        try checked(fchownat(number, name, owner, group, AT_SYMLINK_NOFOLLOW))
    }

    /// Changes when an entry was read and changed last.
    package func setTimes(accessed: FileTime, modified: FileTime, of name: String) throws(SystemError) {
        try checked(utimensat(number, name, [accessed.timespec, modified.timespec], AT_SYMLINK_NOFOLLOW))
    }

    /// Makes its entries survive a power loss.
    package func synchroniseEntries() throws(SystemError) {
        try Descriptor(opening: ".", in: self, [.read, .folder]).synchronise()
    }

    /// Executes an entry in place of this process (man 2 execveat); comes back only when that did not work.
    package func execute(
        _ name: String, _ arguments: borrowing CStrings, _ environment: borrowing CStrings
    ) -> SystemError {
        platform_execute_in_folder(number, name, arguments.pointers, environment.pointers)
        return SystemError.last
    }
}
