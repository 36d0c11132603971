package import FileWork

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An open file of the spool; closed with its last reference.
package final class SpoolFile: Sendable {
    let path: String
    private let descriptor: Int32
    private let files: SpoolFiles

    init(path: String, descriptor: Int32, files: SpoolFiles) {
        self.path = path
        self.descriptor = descriptor
        self.files = files
    }

    deinit { close(descriptor) }

    /// Writes at the end of a file opened for appending, with one `write(2)`: perhaps not all.
    ///
    /// - Returns: how many bytes arrived, at least one unless there are none.
    func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) -> Int {
        if bytes.isEmpty { return 0 }
        let room = try files.announce(.write(count: bytes.count), "write to", path)
        let count = BlockingCalls.during("write to", path) {
            repeatingInterrupted { writeOnce(descriptor, bytes, room) }
        }
        guard count > 0 else { throw FileError("write to \(path)", count == 0 ? EIO : errno) }
        return count
    }

    /// Writes everything at the end, or leaves the file as it was, as far as the disk allows.
    func appendWhole(_ bytes: [UInt8]) throws(FileError) {
        let before = try size()
        do {
            try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
                var rest = UnsafeRawBufferPointer(bytes)
                while !rest.isEmpty { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(try append(rest))) }
            }
        } catch {
            try? truncate(to: before)
            throw error
        }
    }

    /// Writes everything at an offset.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let rest = bytes[done...]
            let room = try files.announce(.write(count: rest.count), "write to", path)
            let from = UnsafeRawBufferPointer(rebasing: rest).baseAddress
            let count = BlockingCalls.during("write to", path) {
                repeatingInterrupted { pwrite(descriptor, from, min(rest.count, room), off_t(offset + done)) }
            }
            guard count > 0 else { throw FileError("write to \(path)", count == 0 ? EIO : errno) }
            done += count
        }
    }

    /// Reads from an offset until the buffer is full or the file at its end.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) -> Int {
        var done = 0
        while done < buffer.count {
            let into = UnsafeMutableRawBufferPointer(rebasing: buffer[done...]).baseAddress
            let count = BlockingCalls.during("read", path) {
                repeatingInterrupted { pread(descriptor, into, buffer.count - done, off_t(offset + done)) }
            }
            guard count >= 0 else { throw FileError("read \(path)", errno) }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Reads the whole file.
    package func readAll() throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: try size())
        let count = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(FileError) in
            try read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// The size in bytes.
    func size() throws(FileError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError("look at \(path)", errno) }
        return Int(status.st_size)
    }

    /// Cuts the file to a size.
    func truncate(to size: Int) throws(FileError) {
        _ = try files.announce(.truncate, "cut", path)
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw FileError("cut \(path)", errno) }
    }

    /// Waits until what was written is on the disk.
    func synchronise() throws(FileError) {
        _ = try files.announce(.synchronise, "save", path)
        try synchroniseQuietly()
    }

    /// As ``synchronise()``, announced by the caller.
    func synchroniseQuietly() throws(FileError) {
        guard BlockingCalls.during("save", path, { repeatingInterrupted { fsync(descriptor) } }) == 0 else {
            throw FileError("save \(path)", errno)
        }
    }
}

/// `write(2)`, by a name that the methods called `write` do not hide.
private func writeOnce(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ room: Int) -> Int {
    write(descriptor, bytes.baseAddress, min(bytes.count, room))
}
