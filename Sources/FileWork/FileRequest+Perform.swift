import System

extension FileRequest {
    /// Maximum number of bytes read at once, well below the limit of a message.
    package static let mostBytes: UInt32 = 8 << 20
    /// Maximum total size of the paths that match a pattern.
    private static let mostPathBytes = 8 << 20

    /// Performs the request; blocks for as long as the disk takes.
    ///
    /// - Returns: the result, which may be a failure, but never ``FileReply/progress(_:)``.
    package func perform(_ policy: FilePolicy, _ control: FileWorkControl) -> FileReply {
        do {
            return try result(policy, control)
        } catch let error as FileError {
            return .failed(error)
        } catch let refusal as FileRefusalError {
            return .refused(refusal.rule)
        } catch is FileWorkStoppedError {
            return .stopped
        } catch {
            return .failure("\(error)")
        }
    }

    private func result(_ policy: FilePolicy, _ control: FileWorkControl) throws -> FileReply {
        switch self {
        case .refusals(let paths):
            return .texts(paths.map { policy.refusal(of: $0) ?? "" })
        case .status(let path):
            return .status(try Self.status(of: path, policy))
        case .read(let path, let pieces):
            return .content(try Self.read(path, pieces, policy))
        case .statuses(let paths):
            return .statuses(
                try paths.map { path in
                    try control.check()
                    return try? Self.status(of: path, policy)
                })
        case .names(let folder, let prefix):
            return .texts(try Self.names(in: folder, prefix, policy))
        case .pictures(let paths):
            return .pictures(
                try paths.map { path in
                    try control.check()
                    return PictureFile(at: path, policy)
                })
        case .matches(let pattern):
            let matches = try FilePattern(pattern, control, policy: policy).matches()
            guard matches.reduce(0, { $0 + $1.utf8.count }) <= Self.mostPathBytes else {
                throw FileWorkError("too many files match \(pattern): \(matches.count)")
            }
            return .texts(matches.sorted())
        case .haveSameContent(let path, let other):
            guard let one = try Self.existingPlace(of: path, policy),
                let two = try Self.existingPlace(of: other, policy, followingLinks: false)
            else { return .answer(false) }
            return .answer(try Self.haveSameContent(one, two, control))
        case .makeFolders(let path):
            try policy.makeFolders(path)
            return .done
        case .makeFolderAround(let path):
            try Self.makeFolderAround(path, policy)
            return .done
        case .copyFile(let source, let destination):
            try Self.copyFile(source, destination, policy, control)
            return .done
        case .moveFolder(let source, let destination):
            let aside = try FolderMove(source: source, destination: destination, policy: policy).run(control)
            return .texts(aside.map { [$0] } ?? [])
        case .removeEmptyFile(let path):
            return .answer(try Self.removeEmptyFile(path, policy))
        }
    }

    // MARK: Queries

    private static func status(of path: String, _ policy: FilePolicy) throws -> FileStatus? {
        guard let place = try existingPlace(of: path, policy) else { return nil }
        return try place.status()
    }

    /// Returns the place of a path; nil if its folder does not exist.
    private static func existingPlace(
        of path: String, _ policy: FilePolicy, followingLinks: Bool = true
    ) throws -> Place? {
        do {
            return try policy.place(of: path, followingLinks: followingLinks)
        } catch let error as FileError where error.isMissing {
            return nil
        }
    }

    private static func read(_ path: String, _ pieces: [FilePiece], _ policy: FilePolicy) throws -> FileContent? {
        guard pieces.reduce(0, { $0 + UInt64($1.count) }) <= mostBytes else {
            throw FileWorkError("cannot read more than \(mostBytes) bytes of \(path) at once")
        }
        guard let place = try existingPlace(of: path, policy), let found = try place.status() else { return nil }
        // Opening a device might have side effects.
        guard found.kind == .file else { return FileContent(status: found, pieces: []) }
        let file = try place.read()
        let status = try FileError.during("look at \(path)") { () throws(SystemError) in try file.status() }
        guard status.kind == .file else { return FileContent(status: status, pieces: []) }
        var content = FileContent(status: status, pieces: [])
        let descriptor = BorrowedDescriptor(file.number)
        for piece in pieces {
            let offset = piece.offset < 0 ? max(0, status.size + piece.offset) : piece.offset
            let bytes = try [UInt8](unsafeUninitializedCapacity: Int(piece.count)) { buffer, count in
                count = try Self.fill(UnsafeMutableRawBufferPointer(buffer), descriptor, from: offset, path)
            }
            content.pieces.append(bytes)
        }
        return content
    }

    private static func names(in folder: String, _ prefix: String, _ policy: FilePolicy) throws -> [String] {
        // With a name inside, so that the folder itself is opened, and not its parent.
        guard let place = try existingPlace(of: folder + "/.", policy) else { return [] }
        let names = try place.folder.names().filter { $0.hasPrefix(prefix) }
        guard names.reduce(0, { $0 + $1.utf8.count }) <= mostPathBytes else {
            throw FileWorkError("too many files in \(folder): \(names.count)")
        }
        return names.sorted()
    }

    // MARK: Changes

    private static func makeFolderAround(_ path: String, _ policy: FilePolicy) throws {
        do {
            _ = try policy.place(of: path)
        } catch let error as FileError where error.isMissing || error.isNoFolder {
            try policy.makeFolders(FilePath.parent(of: path))
        }
    }

    private static func copyFile(
        _ source: String, _ destination: String, _ policy: FilePolicy, _ control: FileWorkControl
    ) throws {
        guard let from = try existingPlace(of: source, policy), let status = try from.status() else {
            throw FileWorkError("cannot copy \(source): no such file")
        }
        guard status.kind == .file else { throw FileWorkError("cannot copy \(source): it is not a file") }
        try makeFolderAround(destination, policy)
        let to = try policy.place(of: destination)
        let taken = FileWorkError("cannot copy \(source) to \(destination): something else already exists there")
        // Checked before gigabytes are copied in vain; the copy itself checks again.
        if try to.status() != nil { throw taken }
        do {
            try FileCopy(control).copy(from, toFree: to)
        } catch let error as FileError where error.isAlreadyThere {
            throw taken
        }
    }

    private static func removeEmptyFile(_ path: String, _ policy: FilePolicy) throws -> Bool {
        guard let place = try existingPlace(of: path, policy, followingLinks: false),
            let status = try place.status(), status.kind == .file, status.size == 0
        else { return false }
        try place.folder.remove(place.name)
        return true
    }

    // MARK: Content

    private static func haveSameContent(
        _ one: borrowing Place, _ other: borrowing Place, _ control: FileWorkControl
    ) throws -> Bool {
        guard let status = try one.status(), let otherStatus = try other.status(), status.kind == .file,
            otherStatus.kind == .file
        else { return false }
        if status.isSame(as: otherStatus) { return true }
        guard status.size == otherStatus.size else { return false }
        let file = try one.read()
        let otherFile = try other.read()
        let (descriptor, path) = (BorrowedDescriptor(file.number), one.path)
        let (otherDescriptor, otherPath) = (BorrowedDescriptor(otherFile.number), other.path)
        let size = 1 << 20
        return try withUnsafeTemporaryAllocation(byteCount: 2 * size, alignment: 4096) { buffer in
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<size])
            let otherPiece = UnsafeMutableRawBufferPointer(rebasing: buffer[size...])
            var offset: Int64 = 0
            while true {
                try control.check()
                let count = try fill(piece, descriptor, from: offset, path)
                guard try fill(otherPiece, otherDescriptor, from: offset, otherPath) == count,
                    let start = piece.baseAddress, let otherStart = otherPiece.baseAddress,
                    memcmp(start, otherStart, count) == 0
                else { return false }
                if count < size { return true }
                offset += Int64(count)
            }
        }
    }

    /// Reads until the buffer is full or the file ends; returns the number of bytes.
    static func fill(
        _ buffer: UnsafeMutableRawBufferPointer, _ file: BorrowedDescriptor, from offset: Int64, _ path: String
    ) throws(FileError) -> Int {
        try FileError.during("read \(path)") { () throws(SystemError) in try file.fill(buffer, from: offset) }
    }
}
