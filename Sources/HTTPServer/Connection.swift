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
