import FoundationEssentials
import System

/// A connection in its event loop.
final class Connection {
    let id: UInt64
    let socket: Socket
    let remoteAddress: String
    let localAddress: String

    var state: ConnectionState
    /// The events that the poller is waiting for.
    var interest = Poller.Interest.input
    /// The task of the current handler, or of the last one.
    var handling: Task<Void, Never>?
    /// The stream of the current answer.
    var stream: HTTPStream?
    /// Whether our side of the socket has been shut down.
    var hasEndedOutput = false
    /// The share of this connection in the byte count of all connections.
    var countedBytes = 0
    /// The wait that `deadline` belongs to.
    var wait: ConnectionState.Wait?
    /// When to give up waiting, on the loop's clock.
    var deadline: Duration?

    init(id: UInt64, socket: Socket, remoteAddress: String, state: ConnectionState) {
        // If the connection is already gone, there is no address, and there will be no request.
        localAddress = (try? socket.boundAddress())?.host ?? ""
        self.id = id
        self.socket = socket
        self.remoteAddress = remoteAddress
        self.state = state
    }

    /// The events that the poller should wait for.
    var wantedInterest: Poller.Interest {
        var interest: Poller.Interest = []
        if state.wantsInput { interest.insert(.input) }
        if state.hasOutput { interest.insert(.output) }
        return interest
    }
}

/// The output of a connection, in pieces that are not moved.
struct OutputQueue {
    /// A piece of output.
    enum Piece {
        case bytes([UInt8])
        case data(Data)
        /// Text that is shared with others, and therefore needs no memory of its own.
        case text(String)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .data(let data): data.count
            case .text(let text): text.utf8.count
            }
        }

        /// The number of bytes used by this piece alone.
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
    /// The number of bytes used by this queue alone.
    private(set) var ownCount = 0
    /// The number of bytes to send.
    private(set) var count = 0

    var isEmpty: Bool { pieces.isEmpty }

    mutating func append(_ piece: Piece) {
        guard piece.count > 0 else { return }
        pieces.append(piece)
        ownCount += piece.ownCount
        count += piece.count
    }

    /// Passes the next bytes to `send`, which returns how many it sent.
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
