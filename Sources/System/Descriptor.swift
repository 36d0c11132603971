import CPlatform

/// Something with a descriptor: an open file, folder, pipe or socket.
package protocol OpenDescriptor: ~Copyable {
    /// The number by which the kernel knows it.
    var number: Int32 { get }
}

/// A descriptor that belongs to this value, and is closed with it. Programs do not inherit it.
package struct Descriptor: ~Copyable, Sendable, OpenDescriptor {
    /// -1 once it was closed or handed on.
    package private(set) var number: Int32

    /// Takes over a descriptor that nobody else closes.
    package init(owning number: Int32) { self.number = number }

    deinit { if number >= 0 { libcClose(number) } }

    /// Closes it now.
    package mutating func close() {
        if number >= 0 { libcClose(number) }
        number = -1
    }

    /// Hands it on: it belongs to the value that is returned.
    package mutating func take() -> Descriptor {
        defer { number = -1 }
        return Descriptor(owning: number)
    }

    /// Hands it on to something that closes it by its number.
    package consuming func release() -> Int32 {
        let released = number
        number = -1
        return released
    }
}

/// A descriptor that somebody else closes.
package struct BorrowedDescriptor: Hashable, Sendable, OpenDescriptor {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    package static let standardInput = BorrowedDescriptor(STDIN_FILENO)
    package static let standardOutput = BorrowedDescriptor(STDOUT_FILENO)
    package static let standardError = BorrowedDescriptor(STDERR_FILENO)
}

// MARK: Opening

/// How a file is opened (man 2 open). `O_CLOEXEC` is not among these, since it always goes with them.
package struct OpenMode: OptionSet, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let read = OpenMode(rawValue: O_RDONLY)
    package static let write = OpenMode(rawValue: O_WRONLY)
    package static let update = OpenMode(rawValue: O_RDWR)
    package static let create = OpenMode(rawValue: O_CREAT)
    /// With ``create``: fails when it is there already.
    package static let exclusive = OpenMode(rawValue: O_EXCL)
    package static let append = OpenMode(rawValue: O_APPEND)
    package static let truncate = OpenMode(rawValue: O_TRUNC)
    package static let nonBlocking = OpenMode(rawValue: O_NONBLOCK)
    /// Fails at a symbolic link.
    package static let noLink = OpenMode(rawValue: O_NOFOLLOW)
    /// Fails at everything but a folder.
    package static let folder = OpenMode(rawValue: O_DIRECTORY)
    /// A folder to go on from, which one need not be allowed to read (`O_PATH`).
    package static let folderHandle = OpenMode(rawValue: Int32(truncatingIfNeeded: platform_flags_of_folder_handle()))
}

extension Descriptor {
    /// Opens what is at a path.
    ///
    /// - Parameter permissions: of a file that is made.
    package init(opening path: String, _ mode: OpenMode, permissions: UInt32 = 0o600) throws(SystemError) {
        self.init(owning: try retrying { open(path, mode.rawValue | O_CLOEXEC, mode_t(permissions)) })
    }

    /// A file in memory without a name in any folder (memfd_create(2)), with this text, to be read from its beginning.
    package static func memoryFile(_ name: String, holding text: String) throws(SystemError) -> Descriptor {
        let file = Descriptor(owning: try checked(platform_memory_file(name)))
        try file.writeAll(text)
        try checked(lseek(file.number, 0, SEEK_SET))
        return file
    }

    /// A file on the disk of a folder, without a name (man 2 open, O_TMPFILE), which not every file system has.
    package init(namelessIn folder: String) throws(SystemError) {
        let temporaryFile: Int32 = 0o20000000 | O_DIRECTORY
        self.init(owning: try retrying { open(folder, temporaryFile | O_RDWR | O_CLOEXEC, 0o600) })
    }
}

// MARK: Bytes

extension OpenDescriptor where Self: ~Copyable {
    /// Reads once, and waits for something to come if need be.
    ///
    /// - Returns: how many bytes came; 0 at the end.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try retrying { libcRead(number, buffer.baseAddress, buffer.count) }
    }

    /// Reads once, at most so many bytes; none at the end.
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

    /// Reads from an offset until the buffer is full or the file at its end.
    ///
    /// - Returns: how many bytes there are.
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

    /// Writes once: perhaps not all.
    ///
    /// - Returns: how many bytes were written.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
        try retrying { libcWrite(number, bytes.baseAddress, bytes.count) }
    }

    /// Writes once at an offset: perhaps not all.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError) -> Int {
        try retrying { pwrite(number, bytes.baseAddress, bytes.count, off_t(offset)) }
    }

    /// Writes all of the bytes.
    package func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = try write(rest)
            // Nothing but a file that grows no more writes nothing of something.
            if count == 0 { throw SystemError(EIO) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Writes once: perhaps not all.
    package func write(_ bytes: [UInt8]) throws(SystemError) -> Int {
        try bytes.withUnsafeBufferPointer { (bytes) throws(SystemError) in try write(UnsafeRawBufferPointer(bytes)) }
    }

    /// Writes all of the bytes.
    package func writeAll(_ bytes: [UInt8]) throws(SystemError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(SystemError) in try writeAll(UnsafeRawBufferPointer(bytes)) }
    }

    /// Writes all of a text.
    package func writeAll(_ text: String) throws(SystemError) { try writeAll(Array(text.utf8)) }
}

// MARK: Files

extension OpenDescriptor where Self: ~Copyable {
    /// What is open.
    package func status() throws(SystemError) -> FileStatus {
        var status = stat()
        try checked(fstat(number, &status))
        return FileStatus(status)
    }

    /// Whether this is a socket.
    package var isSocket: Bool {
        var status = stat()
        return fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Waits until what was written is on the disk.
    package func synchronise() throws(SystemError) { try retrying { fsync(number) } }

    /// Cuts a file to a size.
    package func truncate(to size: Int) throws(SystemError) { try retrying { ftruncate(number, off_t(size)) } }

    package func setPermissions(_ permissions: UInt32) throws(SystemError) {
        try checked(fchmod(number, mode_t(permissions)))
    }

    package func setOwner(_ owner: UInt32, group: UInt32) throws(SystemError) {
        try checked(fchown(number, owner, group))
    }

    /// Takes the lock on a file for as long as it is open anywhere, also when the process is killed (man 2 flock).
    ///
    /// - Returns: false when somebody else has it.
    package func lock() throws(SystemError) -> Bool {
        do throws(SystemError) {
            try retrying { flock(number, LOCK_EX | LOCK_NB) }
            return true
        } catch {
            if error.wouldBlock { return false }
            throw error
        }
    }

    /// Gives the lock back.
    package func unlock() { _ = flock(number, LOCK_UN) }

    /// Copies within the kernel, from where both are; 0 at the end.
    package func copy(to destination: borrowing some OpenDescriptor & ~Copyable, atMost count: Int) throws(SystemError)
        -> Int
    {
        let (from, to) = (number, destination.number)
        return try retrying { platform_copy_file_range(from, to, count) }
    }

    /// From now on its calls do not wait.
    package func setNonBlocking() { _ = fcntl(number, F_SETFL, O_NONBLOCK) }
}
