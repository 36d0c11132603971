import FoundationEssentials

/// What is to be sent on a connection, in pieces that stay where they are.
struct OutputQueue {
    /// A piece of it.
    enum Piece {
        case bytes([UInt8])
        case data(Data)
        /// Text that is kept by somebody else as well, so that it costs nothing here.
        case text(String)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .data(let data): data.count
            case .text(let text): text.utf8.count
            }
        }

        /// How many bytes are kept for this piece alone.
        var ownCount: Int { if case .text = self { 0 } else { count } }

        func withBytes<Result>(_ use: (UnsafeRawBufferPointer) -> Result) -> Result {
            switch self {
            case .bytes(let bytes): return bytes.withUnsafeBytes(use)
            case .data(let data): return data.withUnsafeBytes(use)
            case .text(var text): return text.withUTF8 { use(UnsafeRawBufferPointer($0)) }
            }
        }
    }

    private var pieces: ArraySlice<Piece> = []
    private var start = 0
    /// How many bytes are kept for this queue alone.
    private(set) var ownCount = 0
    /// How many bytes are to be sent.
    private(set) var count = 0

    var isEmpty: Bool { pieces.isEmpty }

    mutating func append(_ piece: Piece) {
        guard piece.count > 0 else { return }
        pieces.append(piece)
        ownCount += piece.ownCount
        count += piece.count
    }

    /// Lets `send` have the next bytes; it returns how many it took.
    mutating func send(_ send: (UnsafeRawBufferPointer) -> Int) {
        guard let piece = pieces.first else { return }
        let sent = piece.withBytes { send(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        start += sent
        count -= sent
        guard start == piece.count else { return }
        ownCount -= piece.ownCount
        pieces.removeFirst()
        start = 0
    }
}
