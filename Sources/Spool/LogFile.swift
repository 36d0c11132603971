import FileWork
import HumanText
import System

/// A part of a task's log that is stored in one file.
struct LogSegment: Sendable {
    /// The offset in the log at which it starts.
    let start: Int
    /// The offset at which it ends; grows for the last one.
    var end: Int
    /// The path of the file.
    let path: String
    /// The open file; nil if it is opened for each read.
    var file: SpoolFile?
}

/// The log of a task on disk: `log` contains its beginning and, when that is full, `log.<offset>` files contain the
/// rest, of which the oldest is removed when there are too many. The beginning and the end of a log are thus kept, and
/// the names show what is missing in the middle.
///
/// Offsets count the bytes in the order in which they were printed, including those removed since.
struct LogFile {
    private static let tailSegments = 4

    let folder: String
    let files: SpoolFiles
    /// The maximum number of bytes on disk.
    let limit: Int
    /// The existing segments, in order.
    private(set) var segments: [LogSegment]
    /// Incremented whenever the list of segments changes, other than at its end.
    private(set) var generation = 0
    /// Whether the log is empty or ends with a line feed.
    private(set) var isAtLineStart = true
    /// The number of bytes that could not be stored since the last marker, and why.
    private(set) var lost: (count: Int, why: FileError)?

    /// The size of the log.
    var end: Int { segments.last?.end ?? 0 }
    /// The number of bytes on disk.
    var storedBytes: Int { segments.reduce(0) { $0 + $1.end - $1.start } }

    /// Whether files were added to the first one.
    var hasNewFiles: Bool { segments.last?.path != folder + "/log" }

    /// Creates a new log.
    init(creatingIn folder: String, limit: Int, files: SpoolFiles) throws(FileError) {
        self.folder = folder
        self.files = files
        self.limit = limit
        let path = folder + "/log"
        segments = [LogSegment(start: 0, end: 0, path: path, file: try files.open(path, .append))]
    }

    /// Opens the log of an earlier run. Its files are opened when needed.
    init(existingIn folder: String, limit: Int, files: SpoolFiles) throws(FileError) {
        self.folder = folder
        self.files = files
        self.limit = limit
        segments = []
        for name in try files.names(in: folder) where name == "log" || name.hasPrefix("log.") {
            let path = folder + "/" + name
            guard let start = name == "log" ? 0 : Int(name.dropFirst(4)), let size = files.size(of: path) else {
                continue
            }
            segments.append(LogSegment(start: start, end: start + size, path: path))
        }
        segments.sort { $0.start < $1.start }
        isAtLineStart = end == 0 || ends(with: [UInt8(ascii: "\n")])
    }

    // MARK: Writing

    /// Appends bytes. Bytes that cannot be stored are counted, and a line with their number is inserted as soon as
    /// something can be stored again.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        do throws(FileError) {
            try appendMarker()
        } catch {
            lost = ((lost?.count ?? 0) + bytes.count, error)
            return
        }
        var rest = bytes
        do throws(FileError) {
            while !rest.isEmpty {
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(try write(rest)))
            }
        } catch {
            lost = (rest.count, error)
        }
    }

    /// The line that reports the bytes missing since the last one.
    var lostNote: String? {
        lost.map { "[\(ByteCountText.text($0.count)) of output are missing here: \($0.why.problem)]" }
    }

    /// Stores the marker for lost bytes; returns it if even that cannot be stored.
    mutating func flushLost() -> [String] {
        do throws(FileError) {
            try appendMarker()
            return []
        } catch {
            return lostNote.map { [$0] } ?? []
        }
    }

    /// Closes the files; reading opens them again.
    mutating func close() {
        for index in segments.indices { segments[index].file = nil }
        generation += 1
    }

    /// Whether the log ends with these bytes.
    func ends(with bytes: [UInt8]) -> Bool {
        let found = [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
            let start = max(0, end - bytes.count)
            count =
                (try? segments.read(into: UnsafeMutableRawBufferPointer(buffer), at: start, files: files).count) ?? 0
        }
        return found == bytes
    }

    /// Waits until everything is on disk.
    func synchronise() throws(FileError) {
        for segment in segments { try segment.file?.synchronise() }
    }

    private mutating func appendMarker() throws(FileError) {
        guard let note = lostNote else { return }
        var rest = Array(((isAtLineStart ? "" : "\n") + note + "\n").utf8)[...]
        while !rest.isEmpty {
            let written = try rest.withUnsafeBufferPointer { (bytes) throws(FileError) in
                try write(UnsafeRawBufferPointer(bytes))
            }
            rest = rest.dropFirst(written)
        }
        lost = nil
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) -> Int {
        try makeRoom()
        let index = segments.count - 1
        let last = segments[index]
        let room = capacity(of: last) - (last.end - last.start)
        guard let file = last.file else { return 0 }
        let count = try file.append(UnsafeRawBufferPointer(rebasing: bytes.prefix(room)))
        segments[index].end += count
        isAtLineStart = bytes[count - 1] == UInt8(ascii: "\n")
        return count
    }

    /// Makes sure that the last segment is open and not full.
    private mutating func makeRoom() throws(FileError) {
        if let last = segments.last, last.end - last.start < capacity(of: last) {
            if last.file == nil {
                segments[segments.count - 1].file = try files.open(last.path, .append)
                generation += 1
            }
            return
        }
        let start = end
        let digits = String(start)
        let path = folder + "/log." + String(repeating: "0", count: 20 - digits.count) + digits
        segments.append(LogSegment(start: start, end: start, path: path, file: try files.open(path, .append)))
        generation += 1
        while segments.count > 1 + Self.tailSegments {
            let oldest = segments.remove(at: segments.first?.start == 0 ? 1 : 0)
            // A file that cannot be removed only takes up space.
            try? files.removeFile(oldest.path)
        }
    }

    private func capacity(of segment: LogSegment) -> Int {
        max(1, segment.start == 0 ? limit / 2 : limit / 2 / Self.tailSegments)
    }
}

// MARK: - Reading

extension [LogSegment] {
    /// Reads stored bytes at an offset of the log, or after it if that part is missing.
    ///
    /// - Returns: the offset and the number of bytes: fewer than requested at the end of the log, before a missing
    ///   part, and if a file is shorter than it was.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int, files: SpoolFiles
    ) throws(FileError) -> (start: Int, count: Int) {
        guard let first = firstIndex(where: { $0.end > offset }) else { return (offset, 0) }
        let start = Swift.max(offset, self[first].start)
        var position = start
        for segment in self[first...] where segment.start <= position {
            let wanted = Swift.min(buffer.count - (position - start), segment.end - position)
            if wanted == 0 { break }
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[(position - start)...].prefix(wanted))
            let file = if let open = segment.file { open } else { try files.open(segment.path, .read) }
            let count = try file.read(into: part, at: position - segment.start)
            position += count
            if count < wanted { break }
        }
        return (start, position - start)
    }
}
