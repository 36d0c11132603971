import FileWork
package import System

/// An open file of the spool; closed with the last reference to it.
package final class SpoolFile: Sendable {
    let path: String
    private let descriptor: Descriptor
    private let files: SpoolFiles

    init(path: String, descriptor: consuming Descriptor, files: SpoolFiles) {
        self.path = path
        self.descriptor = descriptor
        self.files = files
    }

    /// Writes at the end of a file opened for appending, with one `write(2)`: possibly only a part.
    ///
    /// - Returns: the number of bytes written, at least one unless there are none.
    func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) -> Int {
        if bytes.isEmpty { return 0 }
        let room = try files.announce(.write(count: bytes.count), "write to", path)
        let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(room))
        let count = try files.call("write to", path) { () throws(SystemError) in try descriptor.write(part) }
        guard count > 0 else { throw FileError("write to \(path)", EIO) }
        return count
    }

    /// Writes everything at the end, or leaves the file unchanged, as far as the disk allows.
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
            let (part, place) = (UnsafeRawBufferPointer(rebasing: rest.prefix(room)), Int64(offset + done))
            let count = try files.call("write to", path) { () throws(SystemError) in
                try descriptor.write(part, at: place)
            }
            guard count > 0 else { throw FileError("write to \(path)", EIO) }
            done += count
        }
    }

    /// Reads from an offset until the buffer is full or the file ends.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) -> Int {
        try files.call("read", path) { () throws(SystemError) in try descriptor.fill(buffer, from: Int64(offset)) }
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
        Int(try files.call("look at", path) { () throws(SystemError) in try descriptor.status() }.size)
    }

    /// Truncates the file to a size.
    func truncate(to size: Int) throws(FileError) {
        _ = try files.announce(.truncate, "cut", path)
        try files.call("cut", path) { () throws(SystemError) in try descriptor.truncate(to: size) }
    }

    /// Waits until everything written is on disk.
    func synchronise() throws(FileError) {
        _ = try files.announce(.synchronise, "save", path)
        try synchroniseQuietly()
    }

    /// Like ``synchronise()``, announced by the caller.
    func synchroniseQuietly() throws(FileError) {
        try files.call("save", path) { () throws(SystemError) in try descriptor.synchronise() }
    }
}
