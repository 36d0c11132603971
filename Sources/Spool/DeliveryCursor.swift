import FileWork
import System

/// How much of a task's spool the manager has confirmed.
struct DeliveryCursor: Hashable, Sendable {
    /// The number of the last confirmed entry; 0 before the first.
    var entry = 0
    /// The number of confirmed bytes of the log.
    var offset = 0
    /// The state at the end of the text sent so far.
    var text = LogText.State()
    /// Nothing more of this spool is sent to the manager.
    var isClosed = false
    /// The manager refused the outcome of the task.
    var isRefused = false
}

// MARK: - On disk

/// The `cursor` file: two slots, each with a sequence number and a checksum, written alternately. A torn write leaves
/// the other slot, which is one batch older.
///
/// It is not synchronised: after a power loss, the manager receives some batches twice.
struct CursorFile {
    private static let mark: UInt64 = 0x3152_5543_4553_4C46
    private static let slotSize = 512
    private static let fields = 6

    let path: String
    let files: SpoolFiles
    private var sequence: UInt64 = 0

    init(path: String, files: SpoolFiles) {
        self.path = path
        self.files = files
    }

    /// Creates the file in its full size, so that later writes need no more disk space.
    mutating func create() throws(FileError) {
        try write(DeliveryCursor())
        try write(DeliveryCursor())
    }

    /// Writes the cursor to the older slot.
    mutating func write(_ cursor: DeliveryCursor) throws(FileError) {
        sequence += 1
        let flags: UInt64 = (cursor.text.afterReturn ? 1 : 0) | (cursor.isClosed ? 2 : 0) | (cursor.isRefused ? 4 : 0)
        let fields = [
            Self.mark, sequence, UInt64(cursor.entry), UInt64(cursor.offset),
            UInt64(cursor.text.column) << 8 | flags,
        ]
        let body = fields.flatMap(\.littleEndianBytes)
        var slot = body + UInt64(CRC32.of(body)).littleEndianBytes
        slot += [UInt8](repeating: 0, count: Self.slotSize - slot.count)
        let file = try files.open(path, .update)
        try slot.withUnsafeBufferPointer { (slot) throws(FileError) in
            try file.write(UnsafeRawBufferPointer(slot), at: Int(sequence % 2) * Self.slotSize)
        }
    }

    /// Reads the newest valid slot; returns the beginning if there is none.
    mutating func read() throws(FileError) -> DeliveryCursor {
        let bytes = try files.open(path, .read).readAll()
        let newest = (0..<2).compactMap { Self.decode(bytes.dropFirst($0 * Self.slotSize)) }
            .max { $0.sequence < $1.sequence }
        guard let newest else { return DeliveryCursor() }
        sequence = newest.sequence
        return newest.cursor
    }

    private static func decode(_ bytes: ArraySlice<UInt8>) -> (sequence: UInt64, cursor: DeliveryCursor)? {
        guard bytes.count >= fields * 8 else { return nil }
        let field = (0..<fields).map { UInt64(littleEndianBytes: bytes.dropFirst($0 * 8).prefix(8)) }
        guard field[0] == mark, field[5] == UInt64(CRC32.of(bytes.prefix((fields - 1) * 8))) else { return nil }
        let text = LogText.State(column: Int(field[4] >> 8), afterReturn: field[4] & 1 == 1)
        let cursor = DeliveryCursor(
            entry: Int(field[2]), offset: Int(field[3]), text: text, isClosed: field[4] & 2 == 2,
            isRefused: field[4] & 4 == 4)
        return (field[1], cursor)
    }
}

/// The checksum of the spool's records: CRC-32 as in ISO 3309 (polynomial 0xEDB88320, reflected).
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    /// Returns the checksum of some bytes.
    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(0xFFFF_FFFF) { sum, byte in table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ (sum >> 8) }
    }
}
