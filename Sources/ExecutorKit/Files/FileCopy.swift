#if os(Linux)
    import CPlatform
    import Glibc
#else
    import Darwin
#endif

/// Copies a file so that nobody ever sees half of it.
package struct FileCopy {
    private let cancellation: BlockingWork.Cancellation
    /// Told how many bytes were copied since the last call.
    private let progress: (Int) -> Void

    /// A copy that stops when it is cancelled, and tells how it gets on.
    package init(cancellation: BlockingWork.Cancellation, progress: @escaping (Int) -> Void = { _ in }) {
        self.cancellation = cancellation
        self.progress = progress
    }

    /// Copies the content and the permissions of `source` to `destination`, which must not exist.
    ///
    /// The copy is written under another name in the same folder, brought to the disk, and renamed at the end. When
    /// anything fails, or the copying is cancelled, nothing stays behind.
    ///
    /// - Throws: ``FileError`` with `EEXIST` when `destination` exists, even if it came up meanwhile.
    package func copy(_ source: String, toFree destination: String) throws {
        let folder = FilePath.parent(of: destination)
        let temporary = Self.temporaryPath(in: folder)
        try write(source, to: temporary)
        do throws(FileError) {
            try FilePath.rename(temporary, toFree: destination)
        } catch {
            unlink(temporary)
            throw FileError("copy \(source) to \(destination)", error.number)
        }
        FilePath.synchronizeFolder(folder)
    }

    /// A name for something that is not complete yet: hidden, and not taken.
    package static func temporaryPath(in folder: String) -> String {
        "\(folder)/.flamenco-incomplete-\(String(UInt64.random(in: .min ... .max), radix: 16))"
    }

    /// Copies content and permissions to a new file and brings it to the disk; removes it again when that fails.
    func write(_ source: String, to path: String) throws {
        // Opening a named pipe would wait for a writer but for O_NONBLOCK, which means nothing for files.
        let input = try FileError.check("read \(source)") { open(source, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        defer { close(input) }
        let status = try FileStatus(descriptor: input, path: source)
        guard status.kind == .file else { throw CommandFailure("cannot copy \(source): it is not a file") }

        let output = try FileError.check("write \(path)") { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
        do {
            defer { close(output) }
            try copyContent(of: (source, input), to: (path, output))
            fchmod(output, status.permissions & 0o777)  // Some network disks have no permissions: as good as it gets.
            try FileError.check("write \(path)") { fsync(output) }
        } catch {
            unlink(path)
            throw error
        }
    }

    private typealias File = (path: String, descriptor: Int32)

    private func copyContent(of source: File, to destination: File) throws {
        #if os(Linux)
            // Within a file system, or a file server, the data need not pass through here, nor even be copied.
            while true {
                try cancellation.check()
                let count = cplatform_copy_file_range(source.descriptor, destination.descriptor, 16 << 20)
                if count > 0 { progress(count) } else if count == 0 || errno != EINTR { break }
            }
        #endif
        // What is left: nothing, or all where the fast way is barred. Both ways go on from where the other stopped, and a
        // real error comes back here.
        try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 4096) { buffer in
            while true {
                try cancellation.check()
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
                progress(count)
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
