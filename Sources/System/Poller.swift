import CPlatform

/// Waits for sockets to become ready, each identified by a number chosen by its owner. Level-triggered.
package struct Poller: ~Copyable {
    package struct Interest: OptionSet, Sendable {
        package let rawValue: UInt8
        package static let input = Interest(rawValue: 1)
        package static let output = Interest(rawValue: 2)

        package init(rawValue: UInt8) { self.rawValue = rawValue }
    }

    package struct Event {
        package let id: UInt64
        package let ready: Interest
        /// The connection is closed in both directions. Reported without being requested.
        package let isGone: Bool
    }

    private let epoll: Descriptor
    private var buffer = [epoll_event](repeating: epoll_event(), count: 256)

    package init() throws(SystemError) {
        epoll = Descriptor(owning: try checked(epoll_create1(Int32(EPOLL_CLOEXEC))))
    }

    package mutating func add(_ socket: Socket, id: UInt64, interest: Interest) {
        control(EPOLL_CTL_ADD, socket, id, interest)
    }

    package mutating func change(_ socket: Socket, id: UInt64, interest: Interest) {
        control(EPOLL_CTL_MOD, socket, id, interest)
    }

    /// Removes a socket; must be called before it is closed.
    package mutating func remove(_ socket: Socket, id: UInt64) { control(EPOLL_CTL_DEL, socket, id, []) }

    /// Waits until a socket is ready, or until the time limit if there is one.
    package mutating func wait(atMost time: Duration? = nil) -> [Event] {
        let count = epoll_wait(epoll.number, &buffer, Int32(buffer.count), time.map(MonotonicTime.milliseconds) ?? -1)
        return buffer.prefix(max(Int(count), 0)).map { event in
            var ready: Interest = []
            if event.events & EPOLLIN.rawValue != 0 { ready.insert(.input) }
            if event.events & EPOLLOUT.rawValue != 0 { ready.insert(.output) }
            return Event(
                id: event.data.u64, ready: ready,
                isGone: event.events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0)
        }
    }

    // Fails only if the kernel is out of memory; the connection then has no events until its time limit.
    private func control(_ operation: Int32, _ socket: Socket, _ id: UInt64, _ interest: Interest) {
        var event = epoll_event()
        if interest.contains(.input) { event.events |= EPOLLIN.rawValue }
        if interest.contains(.output) { event.events |= EPOLLOUT.rawValue }
        event.data.u64 = id
        epoll_ctl(epoll.number, operation, socket.number, &event)
    }
}
