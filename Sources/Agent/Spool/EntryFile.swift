/// The `events` file of a task: entries are appended, and never changed.
struct EntryFile {
    /// Entries that only tell of progress are not stored any more when the file has this size.
    private static let progressLimit = 1 << 20

    private let path: String
    private let files: SpoolFiles
    private var file: SpoolFile?
    private var size = 0
    /// Firm entries that could not be stored yet, in order.
    private(set) var backlog: [SpoolEntry] = []

    /// The file of a task, which is made when it is not there.
    init(path: String, files: SpoolFiles) {
        self.path = path
        self.files = files
    }

    /// Reads the entries, and cuts off a torn tail.
    mutating func read() throws(FileError) -> [SpoolEntry] {
        let bytes = try files.open(path, .read).readAll()
        let (entries, end) = SpoolEntry.decode(bytes)
        size = end
        if end < bytes.count { try? files.open(path, .append).truncate(to: end) }
        return entries
    }

    /// Stores an entry, after those of the backlog. A firm one that cannot be stored goes to the backlog.
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

    /// Tries the backlog again, and makes it last.
    mutating func storeBacklog() throws(FileError) {
        while let entry = backlog.first {
            try store(entry)
            try file?.synchronise()
            backlog.removeFirst()
        }
    }

    /// Waits until all of it is on the disk.
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
