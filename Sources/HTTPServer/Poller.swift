import CPlatform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Waits for sockets to become ready, each known by a number that its owner chose. Level-triggered.
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
        /// The connection is gone in both directions. Comes without being asked for.
        package let isGone: Bool
    }

    #if os(Linux)

        private let epoll: Int32
        private var buffer = [epoll_event](repeating: epoll_event(), count: 256)

        package init() throws(Socket.Failure) {
            epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
            guard epoll >= 0 else { throw Socket.Failure(number: errno) }
        }

        deinit { close(epoll) }

        package mutating func add(_ socket: Socket, id: UInt64, interest: Interest) {
            control(EPOLL_CTL_ADD, socket, id, interest)
        }

        package mutating func change(_ socket: Socket, id: UInt64, interest: Interest) {
            control(EPOLL_CTL_MOD, socket, id, interest)
        }

        /// Must come before the socket is closed.
        package mutating func remove(_ socket: Socket, id: UInt64) { control(EPOLL_CTL_DEL, socket, id, []) }

        /// Waits until something is ready: as long as it takes, or no longer than a time.
        package mutating func wait(atMost time: Duration? = nil) -> [Event] {
            let count = epoll_wait(epoll, &buffer, Int32(buffer.count), Self.milliseconds(time))
            return buffer.prefix(max(Int(count), 0)).map { event in
                var ready: Interest = []
                if event.events & EPOLLIN.rawValue != 0 { ready.insert(.input) }
                if event.events & EPOLLOUT.rawValue != 0 { ready.insert(.output) }
                return Event(
                    id: event.data.u64, ready: ready,
                    isGone: event.events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0)
            }
        }

        // Fails only for want of kernel memory; the connection then stays silent until its time is over.
        private func control(_ operation: Int32, _ socket: Socket, _ id: UInt64, _ interest: Interest) {
            var event = epoll_event()
            if interest.contains(.input) { event.events |= EPOLLIN.rawValue }
            if interest.contains(.output) { event.events |= EPOLLOUT.rawValue }
            event.data.u64 = id
            epoll_ctl(epoll, operation, socket.descriptor, &event)
        }

    #else

        // poll(2) asks about every connection each time: enough for where a farm is developed, not where it runs.
        private var entries: [UInt64: pollfd] = [:]

        package init() throws(Socket.Failure) {}

        package mutating func add(_ socket: Socket, id: UInt64, interest: Interest) {
            var events: Int16 = 0
            if interest.contains(.input) { events |= Int16(POLLIN) }
            if interest.contains(.output) { events |= Int16(POLLOUT) }
            entries[id] = pollfd(fd: socket.descriptor, events: events, revents: 0)
        }

        package mutating func change(_ socket: Socket, id: UInt64, interest: Interest) {
            add(socket, id: id, interest: interest)
        }

        /// Must come before the socket is closed.
        package mutating func remove(_ socket: Socket, id: UInt64) { entries[id] = nil }

        /// Waits until something is ready: as long as it takes, or no longer than a time.
        package mutating func wait(atMost time: Duration? = nil) -> [Event] {
            let ids = Array(entries.keys)
            var polled = ids.compactMap { entries[$0] }
            guard poll(&polled, nfds_t(polled.count), Self.milliseconds(time)) > 0 else { return [] }
            return zip(ids, polled).filter { $1.revents != 0 }.map { id, entry in
                var ready: Interest = []
                if entry.revents & Int16(POLLIN | POLLHUP) != 0 { ready.insert(.input) }
                if entry.revents & Int16(POLLOUT) != 0 { ready.insert(.output) }
                return Event(id: id, ready: ready, isGone: entry.revents & Int16(POLLERR | POLLNVAL) != 0)
            }
        }

    #endif

    /// A time as the system calls take it, rounded up: who wakes too early only waits again.
    private static func milliseconds(_ time: Duration?) -> Int32 {
        time.map { Int32(clamping: Int(($0 / .milliseconds(1)).rounded(.up))) } ?? -1
    }
}
