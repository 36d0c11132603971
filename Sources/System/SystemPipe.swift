import CPlatform

/// A pipe, which programs do not inherit.
package struct SystemPipe: ~Copyable, Sendable {
    package var reader: Descriptor
    package var writer: Descriptor

    package init() throws(SystemError) {
        var pair: [Int32] = [-1, -1]
        try checked(platform_pipe(&pair))
        reader = Descriptor(owning: pair[0])
        writer = Descriptor(owning: pair[1])
    }

    /// Sets the capacity to this number of bytes, as far as allowed (fcntl(2), F_SETPIPE_SZ).
    package func makeRoom(for bytes: Int) { _ = platform_set_pipe_size(reader.number, Int32(clamping: bytes)) }
}

/// A pair of connected stream sockets, which programs do not inherit.
package struct SocketPair: ~Copyable, Sendable {
    package var ours: Descriptor
    package var theirs: Descriptor

    package init() throws(SystemError) {
        var pair: [Int32] = [-1, -1]
        try checked(platform_socket_pair(&pair))
        ours = Descriptor(owning: pair[0])
        theirs = Descriptor(owning: pair[1])
    }
}

// MARK: Blocking sockets

extension OpenDescriptor where Self: ~Copyable {
    /// Receives once, and blocks until there is something; returns 0 at the end.
    package func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try retrying { libcReceive(number, buffer.baseAddress, buffer.count, 0) }
    }

    /// Sends once, without ever raising SIGPIPE: possibly only a part.
    ///
    /// - Parameter waits: whether to block until there is room.
    /// - Returns: the number of bytes sent.
    package func send(_ bytes: UnsafeRawBufferPointer, waits: Bool = true) throws(SystemError) -> Int {
        try retrying { platform_send(number, bytes.baseAddress, bytes.count, waits) }
    }

    /// Sends all of the bytes; blocks until there is room.
    package func sendAll(_ bytes: [UInt8]) throws(SystemError) {
        var sent = 0
        while sent < bytes.count {
            sent += try bytes.withUnsafeBufferPointer { (all) throws(SystemError) in
                try send(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: all[sent...])))
            }
        }
    }

    /// Shuts down both directions of a socket, for both sides.
    package func shutDown() { _ = shutdown(number, Int32(SHUT_RDWR)) }

    /// Accepts the next connection of a listening socket; blocks until there is one.
    package func accept() throws(SystemError) -> Descriptor {
        Descriptor(
            owning: try retrying { platform_accept4(number, nil, nil, Int32(SOCK_CLOEXEC.rawValue)) })
    }

    /// Sets how long sending may block.
    package func setSendTimeout(_ limit: Duration) {
        let (seconds, attoseconds) = limit.components
        var time = timeval(tv_sec: Int(seconds), tv_usec: suseconds_t(attoseconds / 1_000_000_000_000))
        setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }
}

// MARK: Waiting

/// A few descriptors to wait for at the same time (poll(2)); use ``Poller`` for thousands.
package struct PollList: Sendable {
    /// What to wait for. A closed connection counts as both.
    package enum Interest: Sendable { case input, output }

    private var entries: [pollfd] = []

    package init() {}

    /// Adds a descriptor, which is identified from now on by its index in the order of addition.
    package mutating func add(_ descriptor: borrowing some OpenDescriptor & ~Copyable, _ interest: Interest) {
        let events = interest == .input ? POLLIN : POLLOUT
        entries.append(pollfd(fd: descriptor.number, events: Int16(events), revents: 0))
    }

    /// Stops waiting for a descriptor.
    package mutating func drop(_ index: Int) { entries[index] = pollfd(fd: -1, events: 0, revents: 0) }

    /// Whether a descriptor is still waited for.
    package func waits(for index: Int) -> Bool { entries[index].fd >= 0 }

    /// Whether all descriptors were dropped.
    package var isEmpty: Bool { entries.allSatisfy { $0.fd < 0 } }

    /// Waits until a descriptor is ready, for at most `limit`.
    ///
    /// - Returns: whether one is ready; false after the time limit or a signal, so that the caller can check what the
    ///   signal changed.
    package mutating func wait(atMost limit: Duration? = nil) -> Bool {
        libcPoll(&entries, entries.count, limit.map(MonotonicTime.milliseconds) ?? -1) > 0
    }

    /// Whether a descriptor was ready at the last wait.
    package func isReady(_ index: Int) -> Bool { entries[index].revents != 0 }
}
