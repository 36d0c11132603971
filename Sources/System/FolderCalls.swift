import CPlatform

/// What a handle may be of.
package enum HandleType: Sendable {
    case folder
    case any

    fileprivate var flags: UInt64 {
        switch self {
        case .folder: platform_flags_of_folder_handle()
        case .any: UInt64(UInt32(bitPattern: platform_flags_of_place_handle()))
        }
    }
}

// Calls on the entries of an open folder, which are not affected by changes of the path that leads to it. Symbolic
// links are not followed, unless a call says so.

extension Descriptor {
    /// Opens an entry of a folder.
    ///
    /// - Parameter permissions: the mode of a created file.
    package init(
        opening name: String, in folder: borrowing some OpenDescriptor & ~Copyable, _ mode: OpenMode,
        permissions: UInt32 = 0
    ) throws(SystemError) {
        let number = folder.number
        self.init(owning: try retrying { openat(number, name, mode.rawValue | O_CLOEXEC, mode_t(permissions)) })
    }

    /// Opens a handle of a path, if no part of it is a symbolic link (man 2 openat2).
    ///
    /// - Parameters:
    ///   - type: what may be there: a folder, or a file of any type.
    ///   - folder: the base of a relative path.
    ///   - beneath: whether the path must not lead out of that folder.
    /// - Throws: ``SystemError`` with `ELOOP` at a link; with `ENOSYS` or `EPERM` on a kernel before 5.6, and in a
    ///   container that does not allow newer calls.
    package init(
        handleOf path: String, type: HandleType, in folder: borrowing some OpenDescriptor & ~Copyable,
        beneath: Bool = false
    ) throws(SystemError) {
        let resolve: UInt64 = beneath ? 0x04 | 0x08 : 0x04  // RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH
        var number: Int32
        // EAGAIN: a component was renamed in the meantime, and the kernel cannot decide.
        repeat {
            number = platform_openat2(folder.number, path, type.flags, resolve)
        } while number == -1 && (errno == EAGAIN || errno == EINTR)
        self.init(owning: try checked(number))
    }
}

extension BorrowedDescriptor {
    /// The working directory, for calls that take a folder.
    package static let workingDirectory = BorrowedDescriptor(AT_FDCWD)
}

extension OpenDescriptor where Self: ~Copyable {
    /// Returns the status of an entry.
    package func status(of name: String, followingLinks: Bool = false) throws(SystemError) -> FileStatus {
        var status = stat()
        try checked(fstatat(number, name, &status, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW))
        return FileStatus(status)
    }

    package func makeFolder(_ name: String, permissions: UInt32) throws(SystemError) {
        try checked(mkdirat(number, name, mode_t(permissions)))
    }

    /// Removes a file, or an empty folder.
    package func remove(_ name: String, isFolder: Bool = false) throws(SystemError) {
        try checked(unlinkat(number, name, isFolder ? AT_REMOVEDIR : 0))
    }

    /// Renames an entry; an existing one with the new name is replaced.
    package func rename(
        _ name: String, to folder: borrowing some OpenDescriptor & ~Copyable, as newName: String
    ) throws(SystemError) {
        try checked(renameat(number, name, folder.number, newName))
    }

    /// Renames an entry, unless the new name exists (man 2 renameat2, RENAME_NOREPLACE).
    ///
    /// - Throws: ``SystemError`` with `EEXIST` if it exists; with `EINVAL`, `ENOSYS` or `ENOTSUP` if the file system
    ///   does not support that.
    package func renameToFree(
        _ name: String, to folder: borrowing some OpenDescriptor & ~Copyable, as newName: String
    ) throws(SystemError) {
        try checked(platform_rename_to_free(number, name, folder.number, newName))
    }

    /// Adds another name for a file.
    package func addName(
        _ name: String, to folder: borrowing some OpenDescriptor & ~Copyable, as newName: String
    ) throws(SystemError) {
        try checked(linkat(number, name, folder.number, newName, 0))
    }

    /// Returns the bytes of a symbolic link's target, including the final NUL.
    package func target(ofLink name: String) throws(SystemError) -> [CChar] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = try checked(readlinkat(number, name, &buffer, Int(PATH_MAX)))
        return Array(buffer[...count])
    }

    /// Creates a symbolic link.
    package func makeLink(_ name: String, to target: [CChar]) throws(SystemError) {
        try checked(symlinkat(target, number, name))
    }

    /// Changes the owner of an entry.
    package func setOwner(_ owner: UInt32, group: UInt32, of name: String) throws(SystemError) {
        try checked(fchownat(number, name, owner, group, AT_SYMLINK_NOFOLLOW))
    }

    /// Changes when an entry was last read and modified.
    package func setTimes(accessed: FileTime, modified: FileTime, of name: String) throws(SystemError) {
        try checked(utimensat(number, name, [accessed.timespec, modified.timespec], AT_SYMLINK_NOFOLLOW))
    }

    /// Makes its entries durable across a power loss.
    package func synchroniseEntries() throws(SystemError) {
        try Descriptor(opening: ".", in: self, [.read, .folder]).synchronise()
    }

    /// Executes an entry in place of this process (man 2 execveat); returns only if that failed.
    package func execute(
        _ name: String, _ arguments: borrowing CStrings, _ environment: borrowing CStrings
    ) -> SystemError {
        platform_execute_in_folder(number, name, arguments.pointers, environment.pointers)
        return SystemError.last
    }
}
