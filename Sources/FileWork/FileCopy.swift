import System

/// Copies a file so that an incomplete copy is never visible.
package struct FileCopy {
    private let control: FileWorkControl
    /// Whether only this file is copied, so that its size is the total.
    private let isWhole: Bool

    package init(_ control: FileWorkControl, isWhole: Bool = true) {
        self.control = control
        self.isWhole = isWhole
    }

    /// Copies the content and the permissions of `source` to `destination`, which must not exist.
    ///
    /// The copy is written under another name in the same folder, synchronised, and renamed at the end. If anything
    /// fails, or copying is stopped, nothing is left behind.
    ///
    /// - Throws: ``FileError`` with `EEXIST` if `destination` exists, even if it was created in the meantime.
    package func copy(_ source: borrowing Place, toFree destination: borrowing Place) throws {
        let temporary = Self.temporaryName()
        try write(
            of: source.name, in: source.folder, followingLinks: source.followsLinks, to: temporary,
            in: destination.folder)
        do throws(FileError) {
            try destination.folder.rename(temporary, to: destination.folder, as: destination.name)
        } catch {
            try? destination.folder.remove(temporary)
            throw FileError("copy \(source.path) to \(destination.path)", error.number)
        }
        destination.folder.synchronize()
    }

    /// Returns a name for an incomplete file: hidden, and unique.
    static func temporaryName() -> String {
        ".flamenco-incomplete-\(String(UInt64.random(in: .min ... .max), radix: 16))"
    }

    /// Copies content and permissions to a new file and synchronises it; removes it if that fails.
    func write(
        of source: String, in sourceFolder: borrowing Folder, followingLinks: Bool = false, to name: String,
        in folder: borrowing Folder
    ) throws {
        let input = try sourceFolder.read(source, followingLinks: followingLinks)
        let sourcePath = sourceFolder.path(of: source)
        let status = try FileError.during("look at \(sourcePath)") { () throws(SystemError) in try input.status() }
        guard status.kind == .file else { throw FileWorkError("cannot copy \(sourcePath): it is not a file") }
        let output = try folder.open(name, [.write, .create, .exclusive], permissions: 0o600, "write")
        do {
            let path = folder.path(of: name)
            try copyContent(of: input, sourcePath, to: output, path, size: isWhole ? status.size : nil)
            // Some network file systems have no permissions; this is not an error.
            try? output.setPermissions(status.permissions & 0o777)
            try FileError.during("write \(path)") { () throws(SystemError) in try output.synchronise() }
        } catch {
            try? folder.remove(name)
            throw error
        }
    }

    private func copyContent(
        of source: borrowing Descriptor, _ sourcePath: String, to destination: borrowing Descriptor,
        _ destinationPath: String, size: Int64?
    ) throws {
        // Within a file system, or a file server, the data need not pass through here, or even be copied.
        while true {
            try control.check()
            guard let count = try? source.copy(to: destination, atMost: 16 << 20), count > 0 else { break }
            control.copied(count, of: size)
        }
        // The rest: nothing, or everything if copying in the kernel is not possible. Both ways continue where the other
        // stopped, and a real error is reported here again.
        let (from, to) = (BorrowedDescriptor(source.number), BorrowedDescriptor(destination.number))
        try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 4096) { buffer in
            while true {
                try control.check()
                let count = try FileError.during("read \(sourcePath)") { () throws(SystemError) in
                    try from.read(into: buffer)
                }
                if count == 0 { return }
                try FileError.during("write \(destinationPath)") { () throws(SystemError) in
                    try to.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                }
                control.copied(count, of: size)
            }
        }
    }
}
