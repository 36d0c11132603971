package import System

extension FileStatus {
    /// Reads the status of `path`, by default without following a symbolic link; nil if it does not exist.
    package init?(_ path: String, followingLinks: Bool = false) throws(FileError) {
        do throws(SystemError) {
            try self.init(of: path, followingLinks: followingLinks)
        } catch {
            if error.isMissing { return nil }
            throw FileError("look at \(path)", error.number)
        }
    }
}

// MARK: Serialisation

extension FileStatus {
    func write(to writer: inout ByteWriter) {
        writer.append(kind.rawValue)
        writer.append(size)
        writer.append(permissions)
        for time in [modified, accessed] {
            writer.append(time.seconds)
            writer.append(time.nanoseconds)
        }
        writer.append(owner)
        writer.append(group)
        writer.append(device)
        writer.append(number)
    }

    init(from reader: inout ByteReader) throws {
        guard let kind = Kind(rawValue: try reader.integer()) else {
            throw MalformedMessageError("unknown kind of file")
        }
        self.init(
            kind: kind, size: try reader.integer(), permissions: try reader.integer(),
            modified: FileTime(seconds: try reader.integer(), nanoseconds: try reader.integer()),
            accessed: FileTime(seconds: try reader.integer(), nanoseconds: try reader.integer()),
            owner: try reader.integer(), group: try reader.integer(), device: try reader.integer(),
            number: try reader.integer())
    }
}
