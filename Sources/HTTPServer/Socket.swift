import CPlatform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file descriptor of a socket that never blocks and is closed on exec; closed by its owner, with `close()`.
package struct Socket: Sendable {
    /// What became of a call that does not wait.
    package enum Outcome { case done(Int), wouldBlock, ended }

    enum Accepted { case connection(Socket, address: String), none, exhausted }

    let descriptor: Int32

    /// A system call that failed: its `errno`.
    package struct Failure: Error { package let number: Int32 }

    // MARK: Making

    /// A stream socket of this family.
    package init(family: Int32) throws(Failure) {
        #if os(Linux)
            let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            descriptor = socket(family, type, 0)
            guard descriptor >= 0 else { throw Failure(number: errno) }
        #else
            descriptor = socket(family, SOCK_STREAM, 0)
            guard descriptor >= 0 else { throw Failure(number: errno) }
            Self.prepare(descriptor)
        #endif
    }

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Two sockets, each the other end of the other.
    static func pair() throws(Failure) -> (Socket, Socket) {
        var ends: [Int32] = [-1, -1]
        #if os(Linux)
            let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw Failure(number: errno) }
        #else
            guard socketpair(AF_UNIX, SOCK_STREAM, 0, &ends) == 0 else { throw Failure(number: errno) }
            ends.forEach(prepare)
        #endif
        return (Socket(descriptor: ends[0]), Socket(descriptor: ends[1]))
    }

    #if !os(Linux)
        // Where the flags cannot be given at creation.
        fileprivate static func prepare(_ descriptor: Int32) {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            var yes: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
        }
    #endif

    // MARK: Listening

    /// Binds and listens. The address can be taken again at once after the last listener (`SO_REUSEADDR`).
    func listen(on address: SocketAddress) throws(Failure) {
        set(SO_REUSEADDR, at: SOL_SOCKET)
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else { throw Failure(number: errno) }
        // As many may wait as connect at once when a manager comes back: a connection over it is delayed by seconds.
        guard systemListen(descriptor, 4096) == 0 else { throw Failure(number: errno) }
    }

    /// The address that the socket is bound to.
    func boundAddress() throws(Failure) -> SocketAddress {
        var result: Int32 = 0
        let address = SocketAddress { result = getsockname(descriptor, $0, $1) }
        guard result == 0 else { throw Failure(number: errno) }
        return address
    }

    /// Takes the next connection, if one waits.
    func accept() -> Accepted {
        while true {
            var descriptor: Int32 = -1
            let address = SocketAddress { descriptor = systemAccept(self.descriptor, $0, $1) }
            if descriptor >= 0 {
                let connection = Socket(descriptor: descriptor)
                // Answers are written whole: there is nothing to wait for.
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

    /// Begins to connect; bytes can be sent when the socket is ready for output.
    package func connect(to address: SocketAddress) throws(Failure) {
        set(TCP_NODELAY, at: Int32(IPPROTO_TCP))
        guard address.withPointer({ systemConnect(descriptor, $0, $1) }) == 0 || errno == EINPROGRESS || errno == EINTR
        else { throw Failure(number: errno) }
    }

    // MARK: Bytes

    package func receive(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .done(count) }
            if count == 0 { return .ended }
            if errno == EAGAIN || errno == EWOULDBLOCK { return .wouldBlock }
            if errno != EINTR { return .ended }
        }
    }

    /// Never raises SIGPIPE.
    package func send(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        #if os(Linux)
            let flags = Int32(MSG_NOSIGNAL)
        #else
            let flags: Int32 = 0
        #endif
        while true {
            let count = systemSend(descriptor, bytes.baseAddress, bytes.count, flags)
            if count >= 0 { return .done(count) }
            if errno == EAGAIN || errno == EWOULDBLOCK { return .wouldBlock }
            if errno != EINTR { return .ended }
        }
    }

    /// Tells the other end that no more comes.
    func endOutput() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    package func close() { _ = systemClose(descriptor) }

    private func set(_ option: Int32, at level: Int32) {
        var yes: Int32 = 1
        setsockopt(descriptor, level, option, &yes, socklen_t(MemoryLayout<Int32>.size))
    }
}

// Names that the methods above hide.

private func systemListen(_ descriptor: Int32, _ backlog: Int32) -> Int32 { listen(descriptor, backlog) }

private func systemConnect(
    _ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
) -> Int32 { connect(descriptor, address, length) }

private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }

private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
    send(descriptor, bytes, count, flags)
}

private func systemAccept(
    _ descriptor: Int32, _ address: UnsafeMutablePointer<sockaddr>, _ length: UnsafeMutablePointer<socklen_t>
) -> Int32 {
    #if os(Linux)
        platform_accept4(descriptor, address, length, Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue))
    #else
        let connection = accept(descriptor, address, length)
        if connection >= 0 { Socket.prepare(connection) }
        return connection
    #endif
}
