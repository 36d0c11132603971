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

    /// Makes room for so much, as far as the system allows it (fcntl(2), F_SETPIPE_SZ).
    package func makeRoom(for bytes: Int) { _ = platform_set_pipe_size(reader.number, Int32(clamping: bytes)) }
}

/// Two stream sockets, each the other end of the other, which programs do not inherit.
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

// MARK: Sockets whose calls wait

extension OpenDescriptor where Self: ~Copyable {
    /// Receives once, and waits for something to come; 0 at the end.
    package func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try retrying { libcReceive(number, buffer.baseAddress, buffer.count, 0) }
    }

    /// Sends once, without ever raising SIGPIPE: perhaps not all.
    ///
    /// - Parameter waits: whether to wait for room.
    /// - Returns: how many bytes were sent.
    package func send(_ bytes: UnsafeRawBufferPointer, waits: Bool = true) throws(SystemError) -> Int {
        try retrying { platform_send(number, bytes.baseAddress, bytes.count, waits) }
    }

    /// Sends all of the bytes; waits for room.
    package func sendAll(_ bytes: [UInt8]) throws(SystemError) {
        var sent = 0
        while sent < bytes.count {
            sent += try bytes.withUnsafeBufferPointer { (all) throws(SystemError) in
                try send(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: all[sent...])))
            }
        }
    }

    /// Ends both directions of a socket, for both sides.
    package func shutDown() { _ = shutdown(number, Int32(SHUT_RDWR)) }

    /// Takes the next connection of a socket that listens; waits for one.
    package func accept() throws(SystemError) -> Descriptor {
        Descriptor(
            owning: try retrying { platform_accept4(number, nil, nil, Int32(SOCK_CLOEXEC.rawValue)) })
    }

    /// How long sending may wait.
    package func setSendTimeout(_ limit: Duration) {
        let (seconds, attoseconds) = limit.components
        var time = timeval(tv_sec: Int(seconds), tv_usec: suseconds_t(attoseconds / 1_000_000_000_000))
        setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }
}

// MARK: Waiting

/// A few descriptors to wait for at the same time (poll(2)); ``Poller`` is for thousands.
package struct PollList: Sendable {
    /// What is waited for. That the other end is gone counts as both.
    package enum Interest: Sendable { case input, output }

    private var entries: [pollfd] = []

    package init() {}

    /// Adds one, which is known from now on by its place among those that were added.
    package mutating func add(_ descriptor: borrowing some OpenDescriptor & ~Copyable, _ interest: Interest) {
        let events = interest == .input ? POLLIN : POLLOUT
        entries.append(pollfd(fd: descriptor.number, events: Int16(events), revents: 0))
    }

    /// Waits for this one no more.
    package mutating func drop(_ index: Int) { entries[index] = pollfd(fd: -1, events: 0, revents: 0) }

    /// Whether this one is still waited for.
    package func waits(for index: Int) -> Bool { entries[index].fd >= 0 }

    /// Whether all of them were dropped.
    package var isEmpty: Bool { entries.allSatisfy { $0.fd < 0 } }

    /// Waits until something is ready, at most so long.
    ///
    /// - Returns: whether something is: not so when the time is over, nor when a signal came, so that whoever waits looks at
    ///   what it changed.
    package mutating func wait(atMost limit: Duration? = nil) -> Bool {
        libcPoll(&entries, entries.count, limit.map(MonotonicTime.milliseconds) ?? -1) > 0
    }

    /// Whether this one was ready at the last wait.
    package func isReady(_ index: Int) -> Bool { entries[index].revents != 0 }
}
