import CPlatform

/// A non-blocking stream socket for an event loop; closed by its owner with `close()`. Programs do not inherit it.
package struct Socket: Sendable {
    /// The result of a non-blocking call.
    package enum Outcome { case done(Int), wouldBlock, ended }

    package enum Accepted { case connection(Socket, address: String), none, exhausted }

    package let number: Int32

    private var descriptor: BorrowedDescriptor { BorrowedDescriptor(number) }
    private static let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

    // MARK: Creation

    /// Creates a socket of this family.
    package init(family: Int32) throws(SystemError) {
        number = try checked(socket(family, Int32(SOCK_STREAM.rawValue) | Self.flags, 0))
    }

    private init(_ number: Int32) { self.number = number }

    /// Creates a pair of connected sockets.
    package static func pair() throws(SystemError) -> (Socket, Socket) {
        var ends: [Int32] = [-1, -1]
        try checked(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | flags, 0, &ends))
        return (Socket(ends[0]), Socket(ends[1]))
    }

    // MARK: Listening

    /// Binds and listens. The address can be reused immediately after the last listener (`SO_REUSEADDR`).
    package func listen(on address: SocketAddress) throws(SystemError) {
        set(SO_REUSEADDR, at: SOL_SOCKET)
        try checked(address.withPointer { bind(number, $0, $1) })
        // A large backlog for when a manager comes back: a connection beyond it is delayed by seconds.
        try checked(libcListen(number, 4096))
    }

    /// Returns the address that the socket is bound to.
    package func boundAddress() throws(SystemError) -> SocketAddress {
        var result: Int32 = 0
        let address = SocketAddress { result = getsockname(number, $0, $1) }
        try checked(result)
        return address
    }

    /// Accepts the next connection, if one is waiting.
    package func accept() -> Accepted {
        while true {
            var taken: Int32 = -1
            let address = SocketAddress { taken = platform_accept4(number, $0, $1, Self.flags) }
            if taken >= 0 {
                let connection = Socket(taken)
                // Answers are written in one piece: there is nothing to wait for.
                connection.set(TCP_NODELAY, at: Int32(IPPROTO_TCP))
                return .connection(connection, address: address.host)
            }
            switch errno {
            case EAGAIN, EWOULDBLOCK: return .none
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
            case EBADF, EINVAL, ENOTSOCK, EOPNOTSUPP, EFAULT: return .none
            default: continue  // That connection is gone before it was taken, or a signal came (man 2 accept).
            }
        }
    }

    // MARK: Connecting

    /// Starts to connect; bytes can be sent when the socket is ready for output.
    package func connect(to address: SocketAddress) throws(SystemError) {
        set(TCP_NODELAY, at: Int32(IPPROTO_TCP))
        let result = address.withPointer { libcConnect(number, $0, $1) }
        // A signal does not abort it either (man 2 connect).
        if result == 0 || errno == EINPROGRESS || errno == EINTR { return }
        throw SystemError.last
    }

    // MARK: Bytes

    package func receive(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        do throws(SystemError) {
            let count = try descriptor.receive(into: buffer)
            return count > 0 ? .done(count) : .ended
        } catch {
            return error.wouldBlock ? .wouldBlock : .ended
        }
    }

    /// Sends bytes, without ever raising SIGPIPE.
    package func send(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        do throws(SystemError) {
            return .done(try descriptor.send(bytes))
        } catch {
            return error.wouldBlock ? .wouldBlock : .ended
        }
    }

    /// Shuts down the sending side.
    package func endOutput() { _ = shutdown(number, Int32(SHUT_WR)) }

    package func close() { libcClose(number) }

    private func set(_ option: Int32, at level: Int32) {
        var yes: Int32 = 1
        setsockopt(number, level, option, &yes, socklen_t(MemoryLayout<Int32>.size))
    }
}
