#if os(Linux)
    import CPlatform
    import Glibc
#else
    import Darwin
#endif

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
        let status = try FileStatus(descriptor: input.number, path: sourcePath)
        guard status.kind == .file else { throw FileFailure("cannot copy \(sourcePath): it is not a file") }
        let output = try folder.open(name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600, "write")
        do {
            let path = folder.path(of: name)
            try copyContent(
                of: (sourcePath, input.number), to: (path, output.number), size: isWhole ? status.size : nil)
            // Some network disks have no permissions: as good as it gets.
            fchmod(output.number, mode_t(status.permissions & 0o777))
            try FileError.check("write \(path)") { fsync(output.number) }
        } catch {
            try? folder.remove(name)
            throw error
        }
    }

    private typealias File = (path: String, descriptor: Int32)

    private func copyContent(of source: File, to destination: File, size: Int64?) throws {
        #if os(Linux)
            // Within a file system, or a file server, the data need not pass through here, nor even be copied.
            while true {
                try control.check()
                let count = cplatform_copy_file_range(source.descriptor, destination.descriptor, 16 << 20)
                if count > 0 { control.copied(count, of: size) } else if count == 0 || errno != EINTR { break }
            }
        #endif
        // What is left: nothing, or all where the fast way is barred. Both ways go on from where the other stopped, and a
        // real error comes back here.
        try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 4096) { buffer in
            while true {
                try control.check()
                let count = try FileError.check("read \(source.path)") {
                    read(source.descriptor, buffer.baseAddress, buffer.count)
                }
                if count == 0 { return }
                var rest = buffer[..<count]
                while !rest.isEmpty {
                    let written = try FileError.check("write \(destination.path)") {
                        Self.write(destination.descriptor, UnsafeRawBufferPointer(rebasing: rest))
                    }
                    rest = rest.dropFirst(written)
                }
                control.copied(count, of: size)
            }
        }
    }

    private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if os(Linux)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
