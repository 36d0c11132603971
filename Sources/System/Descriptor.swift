import CPlatform

/// A value with a file descriptor: an open file, folder, pipe or socket.
package protocol OpenDescriptor: ~Copyable {
    /// The number of the descriptor.
    var number: Int32 { get }
}

/// An owned descriptor, which is closed with this value. Programs do not inherit it.
package struct Descriptor: ~Copyable, Sendable, OpenDescriptor {
    /// -1 after it was closed or transferred.
    package private(set) var number: Int32

    /// Takes ownership of a descriptor.
    package init(owning number: Int32) { self.number = number }

    deinit { if number >= 0 { libcClose(number) } }

    /// Closes the descriptor.
    package mutating func close() {
        if number >= 0 { libcClose(number) }
        number = -1
    }

    /// Transfers ownership to the returned value.
    package mutating func take() -> Descriptor {
        defer { number = -1 }
        return Descriptor(owning: number)
    }

    /// Transfers ownership to the caller, who closes the number.
    package consuming func release() -> Int32 {
        let released = number
        number = -1
        return released
    }
}

/// A descriptor that is closed elsewhere.
package struct BorrowedDescriptor: Hashable, Sendable, OpenDescriptor {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    package static let standardInput = BorrowedDescriptor(STDIN_FILENO)
    package static let standardOutput = BorrowedDescriptor(STDOUT_FILENO)
    package static let standardError = BorrowedDescriptor(STDERR_FILENO)
}

// MARK: Opening

/// Options for opening a file (man 2 open). `O_CLOEXEC` is not among these, because it is always set.
package struct OpenMode: OptionSet, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let read = OpenMode(rawValue: O_RDONLY)
    package static let write = OpenMode(rawValue: O_WRONLY)
    package static let update = OpenMode(rawValue: O_RDWR)
    package static let create = OpenMode(rawValue: O_CREAT)
    /// With ``create``: fails if the file already exists.
    package static let exclusive = OpenMode(rawValue: O_EXCL)
    package static let append = OpenMode(rawValue: O_APPEND)
    package static let truncate = OpenMode(rawValue: O_TRUNC)
    package static let nonBlocking = OpenMode(rawValue: O_NONBLOCK)
    /// Fails for a symbolic link.
    package static let noLink = OpenMode(rawValue: O_NOFOLLOW)
    /// Fails for anything but a folder.
    package static let folder = OpenMode(rawValue: O_DIRECTORY)
    /// A folder as the base for other calls, which need not be readable (`O_PATH`).
    package static let folderHandle = OpenMode(rawValue: Int32(truncatingIfNeeded: platform_flags_of_folder_handle()))
}

extension Descriptor {
    /// Opens the file or folder at a path.
    ///
    /// - Parameter permissions: the mode of a created file.
    package init(opening path: String, _ mode: OpenMode, permissions: UInt32 = 0o600) throws(SystemError) {
        self.init(owning: try retrying { open(path, mode.rawValue | O_CLOEXEC, mode_t(permissions)) })
    }

    /// Creates an unnamed file in memory (memfd_create(2)) with this text, positioned at its beginning.
    package static func memoryFile(_ name: String, holding text: String) throws(SystemError) -> Descriptor {
        let file = Descriptor(owning: try checked(platform_memory_file(name)))
        try file.writeAll(text)
        try checked(lseek(file.number, 0, SEEK_SET))
        return file
    }

    /// Creates an unnamed file on the disk of a folder (man 2 open, O_TMPFILE), which not every file system supports.
    package init(namelessIn folder: String) throws(SystemError) {
        let temporaryFile: Int32 = 0o20000000 | O_DIRECTORY
        self.init(owning: try retrying { open(folder, temporaryFile | O_RDWR | O_CLOEXEC, 0o600) })
    }
}

// MARK: Bytes

extension OpenDescriptor where Self: ~Copyable {
    /// Reads once; blocks until there is something to read.
    ///
    /// - Returns: the number of bytes read; 0 at the end.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try retrying { libcRead(number, buffer.baseAddress, buffer.count) }
    }

    /// Reads once, at most `limit` bytes; returns none at the end.
    package func read(atMost limit: Int) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            do throws(SystemError) {
                count = try read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads from an offset until the buffer is full or the file ends.
    ///
    /// - Returns: the number of bytes read.
    package func fill(_ buffer: UnsafeMutableRawBufferPointer, from offset: Int64) throws(SystemError) -> Int {
        var count = 0
        while count < buffer.count {
            let got = try retrying {
                pread(number, buffer.baseAddress.map { $0 + count }, buffer.count - count, off_t(offset) + off_t(count))
            }
            if got == 0 { break }
            count += got
        }
        return count
    }

    /// Writes once: possibly only a part.
    ///
    /// - Returns: the number of bytes written.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
        try retrying { libcWrite(number, bytes.baseAddress, bytes.count) }
    }

    /// Writes once at an offset: possibly only a part.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError) -> Int {
        try retrying { pwrite(number, bytes.baseAddress, bytes.count, off_t(offset)) }
    }

    /// Writes all of the bytes.
    package func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = try write(rest)
            // Only a file that cannot grow writes nothing.
            if count == 0 { throw SystemError(EIO) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Writes once: possibly only a part.
    package func write(_ bytes: [UInt8]) throws(SystemError) -> Int {
        try bytes.withUnsafeBufferPointer { (bytes) throws(SystemError) in try write(UnsafeRawBufferPointer(bytes)) }
    }

    /// Writes all of the bytes.
    package func writeAll(_ bytes: [UInt8]) throws(SystemError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(SystemError) in try writeAll(UnsafeRawBufferPointer(bytes)) }
    }

    /// Writes all of a string.
    package func writeAll(_ text: String) throws(SystemError) { try writeAll(Array(text.utf8)) }
}

// MARK: Files

extension OpenDescriptor where Self: ~Copyable {
    /// Returns the status of the open file.
    package func status() throws(SystemError) -> FileStatus {
        var status = stat()
        try checked(fstat(number, &status))
        return FileStatus(status)
    }

    /// Whether it is a socket.
    package var isSocket: Bool {
        var status = stat()
        return fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Waits until everything written is on disk.
    package func synchronise() throws(SystemError) { try retrying { fsync(number) } }

    /// Truncates a file to a size.
    package func truncate(to size: Int) throws(SystemError) { try retrying { ftruncate(number, off_t(size)) } }

    package func setPermissions(_ permissions: UInt32) throws(SystemError) {
        try checked(fchmod(number, mode_t(permissions)))
    }

    package func setOwner(_ owner: UInt32, group: UInt32) throws(SystemError) {
        try checked(fchown(number, owner, group))
    }

    /// Locks a file for as long as it is open anywhere, even if the process is killed (man 2 flock).
    ///
    /// - Returns: false if another process holds the lock.
    package func lock() throws(SystemError) -> Bool {
        do throws(SystemError) {
            try retrying { flock(number, LOCK_EX | LOCK_NB) }
            return true
        } catch {
            if error.wouldBlock { return false }
            throw error
        }
    }

    /// Releases the lock.
    package func unlock() { _ = flock(number, LOCK_UN) }

    /// Copies within the kernel, from the current positions; returns 0 at the end.
    package func copy(to destination: borrowing some OpenDescriptor & ~Copyable, atMost count: Int) throws(SystemError)
        -> Int
    {
        let (from, to) = (number, destination.number)
        return try retrying { platform_copy_file_range(from, to, count) }
    }

    /// Makes the descriptor non-blocking.
    package func setNonBlocking() { _ = fcntl(number, F_SETFL, O_NONBLOCK) }
}
