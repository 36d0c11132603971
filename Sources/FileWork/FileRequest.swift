import SupervisorProtocol
package import System

/// A file operation of a command, as a value: it is performed in the agent, or in a process of another user.
package enum FileRequest: Hashable, Sendable {
    /// Returns why some of these paths must not be used.
    case refusals([String])
    /// Returns the status of a path, following symbolic links.
    case status(String)
    /// Reads pieces of a file; see ``FilePiece``.
    case read(String, [FilePiece])
    /// Returns the status of each of these paths, following symbolic links.
    case statuses([String])
    /// Returns the names in a folder with a prefix; none if it does not exist.
    case names(String, prefix: String)
    /// Checks whether these files are complete, as far as their ends show it.
    case pictures([String])
    /// Returns the paths that match a pattern, sorted.
    case matches(String)
    /// Compares the content of two files.
    case haveSameContent(String, String)
    /// Creates a folder and its parents.
    case makeFolders(String)
    /// Creates the parent folder of a path, and its parents.
    case makeFolderAround(String)
    /// Copies a file to a destination that must not exist.
    case copyFile(source: String, destination: String)
    /// Moves a folder; an existing destination is moved aside.
    case moveFolder(source: String, destination: String)
    /// Removes a regular file of size 0; leaves everything else.
    case removeEmptyFile(String)

    /// The action, for use after "cannot": `copy /a to /b`.
    package var action: String {
        switch self {
        case .refusals(let paths): "look at \(paths.first ?? "nothing")"
        case .status(let path): "look at \(path)"
        case .read(let path, _): "read \(path)"
        case .statuses(let paths), .pictures(let paths): "look at \(paths.first ?? "nothing")"
        case .names(let folder, _): "read folder \(folder)"
        case .matches(let pattern): "look for \(pattern)"
        case .haveSameContent(let path, let other): "compare \(path) with \(other)"
        case .makeFolders(let path): "make folder \(path)"
        case .makeFolderAround(let path): "make folder \(FilePath.parent(of: path))"
        case .copyFile(let source, let destination): "copy \(source) to \(destination)"
        case .moveFolder(let source, let destination): "move \(source) to \(destination)"
        case .removeEmptyFile(let path): "remove \(path)"
        }
    }
}

/// A piece of a file.
package struct FilePiece: Hashable, Sendable {
    /// The start; negative values count from the end of the file.
    package var offset: Int64
    /// The number of bytes; fewer are read where the file ends.
    package var count: UInt32

    /// Returns the beginning of a file.
    package static func first(_ count: UInt32) -> FilePiece { .init(offset: 0, count: count) }

    /// Returns the end of a file.
    package static func last(_ count: UInt32) -> FilePiece { .init(offset: -Int64(count), count: count) }

    package init(offset: Int64, count: UInt32) {
        self.offset = offset
        self.count = count
    }
}

/// The result of a file operation.
package enum FileReply: Hashable, Sendable {
    case done
    case answer(Bool)
    case texts([String])
    /// The status of the requested path, if it exists.
    case status(FileStatus?)
    /// The status of each requested path.
    case statuses([FileStatus?])
    case pictures([PictureFile])
    /// The pieces of a file, none if it is not a regular file; nil if it does not exist.
    case content(FileContent?)
    /// The operation is in progress.
    case progress(FileProgress)
    case failed(FileError)
    case failure(String)
    case refused(String)
    case stopped
}

/// The content read from a file.
package struct FileContent: Hashable, Sendable {
    package var status: FileStatus
    package var pieces: [[UInt8]]
}

// MARK: - Serialisation

extension FileRequest {
    /// Returns the request as bytes, with the policy that applies to it.
    package func encoded(_ policy: FilePolicy) -> [UInt8] {
        var writer = ByteWriter()
        policy.write(to: &writer)
        switch self {
        case .refusals(let paths):
            writer.append(0 as UInt8)
            writer.append(paths) { $0.append($1) }
        case .status(let path): writer.begin(1, path)
        case .read(let path, let pieces):
            writer.begin(2, path)
            writer.append(pieces) {
                $0.append($1.offset)
                $0.append($1.count)
            }
        case .statuses(let paths):
            writer.append(3 as UInt8)
            writer.append(paths) { $0.append($1) }
        case .matches(let pattern): writer.begin(4, pattern)
        case .haveSameContent(let path, let other): writer.begin(5, path, other)
        case .makeFolders(let path): writer.begin(6, path)
        case .makeFolderAround(let path): writer.begin(7, path)
        case .copyFile(let source, let destination): writer.begin(8, source, destination)
        case .moveFolder(let source, let destination): writer.begin(9, source, destination)
        case .removeEmptyFile(let path): writer.begin(10, path)
        case .names(let folder, let prefix): writer.begin(11, folder, prefix)
        case .pictures(let paths):
            writer.append(12 as UInt8)
            writer.append(paths) { $0.append($1) }
        }
        return writer.bytes
    }

    /// Decodes a request.
    package static func decoded(_ bytes: [UInt8]) throws -> (request: FileRequest, policy: FilePolicy) {
        var reader = ByteReader(bytes)
        let policy = try FilePolicy(from: &reader)
        let request: FileRequest =
            switch try reader.integer(UInt8.self) {
            case 0: .refusals(try reader.list { try $0.text() })
            case 1: .status(try reader.text())
            case 2:
                .read(
                    try reader.text(),
                    try reader.list { FilePiece(offset: try $0.integer(), count: try $0.integer()) })
            case 3: .statuses(try reader.list { try $0.text() })
            case 4: .matches(try reader.text())
            case 5: .haveSameContent(try reader.text(), try reader.text())
            case 6: .makeFolders(try reader.text())
            case 7: .makeFolderAround(try reader.text())
            case 8: .copyFile(source: try reader.text(), destination: try reader.text())
            case 9: .moveFolder(source: try reader.text(), destination: try reader.text())
            case 10: .removeEmptyFile(try reader.text())
            case 11: .names(try reader.text(), prefix: try reader.text())
            case 12: .pictures(try reader.list { try $0.text() })
            case let other: throw MalformedMessageError("unknown file request \(other)")
            }
        try reader.finish()
        return (request, policy)
    }
}

extension FileReply {
    /// The reply as bytes.
    package var encoded: [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .done: writer.append(0 as UInt8)
        case .answer(let answer):
            writer.append(1 as UInt8)
            writer.append(answer)
        case .statuses(let statuses):
            writer.append(2 as UInt8)
            writer.append(statuses) { $0.append($1) { $1.write(to: &$0) } }
        case .texts(let texts):
            writer.append(3 as UInt8)
            writer.append(texts) { $0.append($1) }
        case .status(let status):
            writer.append(4 as UInt8)
            writer.append(status) { $1.write(to: &$0) }
        case .content(let content):
            writer.append(5 as UInt8)
            writer.append(content) { writer, content in
                content.status.write(to: &writer)
                writer.append(content.pieces) { $0.append(bytes: $1) }
            }
        case .progress(let progress):
            writer.append(6 as UInt8)
            writer.append(progress.bytes)
            writer.append(progress.total) { $0.append($1) }
        case .failed(let error):
            writer.begin(7, error.action)
            writer.append(error.number)
        case .failure(let reason): writer.begin(8, reason)
        case .refused(let rule): writer.begin(9, rule)
        case .stopped: writer.append(10 as UInt8)
        case .pictures(let pictures):
            writer.append(11 as UInt8)
            writer.append(pictures) { $1.write(to: &$0) }
        }
        return writer.bytes
    }

    /// Decodes a reply.
    package init(decoding bytes: [UInt8]) throws {
        var reader = ByteReader(bytes)
        switch try reader.integer(UInt8.self) {
        case 0: self = .done
        case 1: self = .answer(try reader.bool())
        case 2: self = .statuses(try reader.list { try $0.optional { try FileStatus(from: &$0) } })
        case 3: self = .texts(try reader.list { try $0.text() })
        case 4: self = .status(try reader.optional { try FileStatus(from: &$0) })
        case 5:
            self = .content(
                try reader.optional { reader in
                    FileContent(
                        status: try FileStatus(from: &reader), pieces: try reader.list { try $0.byteString() })
                })
        case 6:
            self = .progress(
                FileProgress(bytes: try reader.integer(), total: try reader.optional { try $0.integer() }))
        case 7: self = .failed(FileError(try reader.text(), try reader.integer()))
        case 8: self = .failure(try reader.text())
        case 9: self = .refused(try reader.text())
        case 10: self = .stopped
        case 11: self = .pictures(try reader.list { try PictureFile(from: &$0) })
        case let other: throw MalformedMessageError("unknown file reply \(other)")
        }
        try reader.finish()
    }
}

extension ByteWriter {
    fileprivate mutating func begin(_ number: UInt8, _ texts: String...) {
        append(number)
        texts.forEach { append($0) }
    }
}
