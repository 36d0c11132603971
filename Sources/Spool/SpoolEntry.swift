import FileWork
import FlamencoAPI
import FoundationEssentials
import System

/// The task that a spool belongs to.
package struct SpooledTask: Codable, Hashable, Sendable {
    /// The UUID of the task.
    package var id: String
    /// Its name.
    package var name: String
    /// The UUID of its job.
    package var jobID: String
    /// What users call its job; managers of 2022 report the type of the job, not its name.
    package var jobName: String

    package init(id: String, name: String, jobID: String, jobName: String) {
        self.id = id
        self.name = name
        self.jobID = jobID
        self.jobName = jobName
    }
}

/// A record in a task's `events` file: an event at an offset of its log.
struct SpoolEntry: Codable, Hashable, Sendable {
    /// 1, 2, 3 …
    var number: Int
    /// The size of the log at the time of the event.
    var offset: Int
    /// The time, in seconds since 1970.
    var time: Double
    /// The task; only in the first entry.
    var task: SpooledTask?
    var status: TaskStatus?
    var activity: String?
    /// The number of completed steps.
    var steps: Int?
    /// An output file of the task.
    var output: String?
    /// Nothing follows this entry.
    var ends: Bool?

    /// Whether it is sent to the manager; other entries are for users on the node.
    var concernsManager: Bool { status != nil || activity != nil || steps != nil || ends == true }

    /// Whether it must be sent unchanged; of other entries, the newest suffices.
    var isFirm: Bool { status != nil || ends == true }
}

// MARK: - On disk

/// The file format of entries: each is "FSE1", the length of the part after the checksum and its CRC-32 (both 32 bits,
/// little-endian), a JSON object, and a line feed, so that the file can also be read with a pager.
extension SpoolEntry {
    private static let mark: [UInt8] = Array("FSE1".utf8)
    private static let headerSize = 12

    /// Returns the bytes of the entry.
    func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Numbers and strings can always be encoded; an entry that could not would be skipped when read.
        let body = [UInt8]((try? encoder.encode(self)) ?? Data()) + [UInt8(ascii: "\n")]
        return Self.mark + UInt32(body.count).littleEndianBytes + CRC32.of(body).littleEndianBytes + body
    }

    /// Decodes the entries in the bytes of a file.
    ///
    /// Damaged records are skipped, so that they do not hide those after them.
    ///
    /// - Returns: the entries, and the end of the last one: the bytes after it are a torn tail.
    static func decode(_ bytes: [UInt8]) -> (entries: [SpoolEntry], end: Int) {
        var entries: [SpoolEntry] = []
        var position = 0
        var end = 0
        while position + headerSize <= bytes.count {
            guard let (entry, next) = decode(bytes, at: position) else {
                position += 1
                continue
            }
            entries.append(entry)
            position = next
            end = next
        }
        return (entries, end)
    }

    private static func decode(_ bytes: [UInt8], at position: Int) -> (SpoolEntry, next: Int)? {
        guard bytes[position..<(position + 4)].elementsEqual(mark) else { return nil }
        let start = position + headerSize
        let length = Int(UInt32(littleEndianBytes: bytes[(position + 4)..<(position + 8)]))
        guard length <= bytes.count - start else { return nil }
        let body = bytes[start..<(start + length)]
        guard CRC32.of(body) == UInt32(littleEndianBytes: bytes[(position + 8)..<start]),
            let entry = try? JSONDecoder().decode(SpoolEntry.self, from: Data(body))
        else { return nil }
        return (entry, start + length)
    }
}

// MARK: - The file

/// The `events` file of a task: entries are appended, and never changed.
struct EntryFile {
    /// Entries that only report progress are no longer stored when the file has this size.
    private static let progressLimit = 1 << 20

    private let path: String
    private let files: SpoolFiles
    private var file: SpoolFile?
    private var size = 0
    /// Firm entries that could not be stored yet, in order.
    private(set) var backlog: [SpoolEntry] = []

    /// Opens the file of a task, which is created if it does not exist.
    init(path: String, files: SpoolFiles) {
        self.path = path
        self.files = files
    }

    /// Reads the entries, and truncates a torn tail.
    mutating func read() throws(FileError) -> [SpoolEntry] {
        let bytes = try files.open(path, .read).readAll()
        let (entries, end) = SpoolEntry.decode(bytes)
        size = end
        if end < bytes.count { try? files.open(path, .append).truncate(to: end) }
        return entries
    }

    /// Stores an entry, after those in the backlog. A firm entry that cannot be stored is added to the backlog.
    mutating func append(_ entry: SpoolEntry) throws(FileError) {
        if !entry.isFirm && entry.task == nil && size > Self.progressLimit { return }
        do throws(FileError) {
            try storeBacklog()
            try store(entry)
        } catch {
            if entry.isFirm { backlog.append(entry) }
            throw error
        }
    }

    /// Stores the backlog, and synchronises the file.
    mutating func storeBacklog() throws(FileError) {
        while let entry = backlog.first {
            try store(entry)
            try file?.synchronise()
            backlog.removeFirst()
        }
    }

    /// Waits until everything is on disk.
    func synchronise() throws(FileError) { try file?.synchronise() }

    /// Closes the file; writing opens it again.
    mutating func close() { file = nil }

    private mutating func store(_ entry: SpoolEntry) throws(FileError) {
        let open = if let file { file } else { try files.open(path, .append) }
        file = open
        let bytes = entry.encoded()
        try open.appendWhole(bytes)
        size += bytes.count
    }
}
