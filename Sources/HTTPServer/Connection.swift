import FoundationEssentials
import System

/// A connection as its event loop keeps it.
final class Connection {
    let id: UInt64
    let socket: Socket
    let remoteAddress: String
    let localAddress: String

    var state: ConnectionState
    /// What the poller was told to look for.
    var interest = Poller.Interest.input
    /// The task of the handler that answers now, or did last.
    var handling: Task<Void, Never>?
    /// What the answer goes on with.
    var stream: HTTPStream?
    /// Whether our side of the socket has been closed.
    var hasEndedOutput = false
    /// How many of the bytes that all connections hold are counted for this one.
    var countedBytes = 0
    /// What `deadline` was set for.
    var wait: ConnectionState.Wait?
    /// When to give up waiting, in the time of the loop's clock.
    var deadline: Duration?

    init(id: UInt64, socket: Socket, remoteAddress: String, state: ConnectionState) {
        // Of a connection that is gone already there is none, nor will there be a request.
        localAddress = (try? socket.boundAddress())?.host ?? ""
        self.id = id
        self.socket = socket
        self.remoteAddress = remoteAddress
        self.state = state
    }

    /// What the poller should look for.
    var wantedInterest: Poller.Interest {
        var interest: Poller.Interest = []
        if state.wantsInput { interest.insert(.input) }
        if state.hasOutput { interest.insert(.output) }
        return interest
    }
}

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
