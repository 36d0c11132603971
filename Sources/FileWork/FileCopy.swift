import System

/// Copies a file so that nobody ever sees half of it.
package struct FileCopy {
    private let control: FileWorkControl
    /// Whether the file is all that is copied, so that its size is that of the whole.
    private let isWhole: Bool

    package init(_ control: FileWorkControl, isWhole: Bool = true) {
        self.control = control
        self.isWhole = isWhole
    }

    /// Copies the content and the permissions of `source` to `destination`, where nothing must be.
    ///
    /// The copy is written under another name in the same folder, brought to the disk, and renamed at the end. When
    /// anything fails, or the copying is stopped, nothing stays behind.
    ///
    /// - Throws: ``FileError`` with `EEXIST` when something is at `destination`, even if it came up meanwhile.
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

    /// A name for something that is not complete yet: hidden, and not taken.
    static func temporaryName() -> String {
        ".flamenco-incomplete-\(String(UInt64.random(in: .min ... .max), radix: 16))"
    }

    /// Copies content and permissions to a new file and brings it to the disk; removes it again when that fails.
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
            // Some network disks have no permissions: as good as it gets.
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
        // Within a file system, or a file server, the data need not pass through here, nor even be copied.
        while true {
            try control.check()
            guard let count = try? source.copy(to: destination, atMost: 16 << 20), count > 0 else { break }
            control.copied(count, of: size)
        }
        // What is left: nothing, or all where the fast way is barred. Both ways go on from where the other stopped, and a
        // real error comes back here.
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
