package import System

/// Answers searches for managers on the networks of this machine, and announces when the manager starts and stops.
/// Detects new networks.
package final class DiscoveryResponder: Sendable {
    /// Events of the responder.
    package enum Event: Sendable {
        /// It can be discovered at these URLs from now on; at none while there is no network.
        case announces([String])
        /// It cannot be discovered on some network; reported once.
        case trouble(String)
    }

    /// The interval between checks for new networks.
    private static let lookInterval = Duration.seconds(30)
    /// The interval between announcements: more than twice within the announced lifetime (§1.2.2).
    private static let aliveInterval = Duration.seconds(SSDP.maximumAge) / 3
    /// More addresses than this are not announced.
    private static let mostLocations = 8

    private let socket: UDPSocket
    private let wake: SystemPipe
    private let address: IPv4Address?
    private let port: UInt16
    private let software: String
    private let onEvent: @Sendable (Event) -> Void

    /// Creates a responder for a manager.
    ///
    /// - Parameters:
    ///   - address: the only address on which the manager listens; nil if it listens on all.
    ///   - port: the port on which it listens.
    ///   - software: its name and version, for example `manager-lite/1.0`.
    ///   - onEvent: called on a separate thread.
    /// - Throws: ``SearchError`` if this machine does not allow it.
    package init(
        address: IPv4Address?, port: UInt16, software: String, onEvent: @escaping @Sendable (Event) -> Void
    ) throws(SearchError) {
        do throws(SystemError) {
            socket = try UDPSocket(receivingFrom: SSDP.group)
            wake = try SystemPipe()
        } catch {
            throw SearchError("cannot answer searches for managers on UDP port \(SSDP.group.port): \(error)")
        }
        self.address = address
        self.port = port
        self.software = software
        self.onEvent = onEvent
    }

    /// Answers until the surrounding task is cancelled; then announces that the manager stops.
    ///
    /// - Throws: ``SearchError`` if no thread can be started.
    package func run() async throws(SearchError) {
        let result: Result<Void, SystemError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                do throws(SystemError) {
                    try SystemThread.start("discovery") {
                        self.serve()
                        continuation.resume(returning: .success(()))
                    }
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        } onCancel: {
            try? wake.writer.writeAll([0])
        }
        if case .failure(let error) = result {
            throw SearchError("cannot answer searches for managers: no thread available: \(error)")
        }
    }

    // MARK: The thread

    private func serve() {
        var queue = AnswerQueue()
        var problems: Set<String> = []
        var places: [InterfaceAddress]?
        var nextLook = MonotonicTime.now
        var nextAlive = nextLook
        while true {
            let now = MonotonicTime.now
            if now >= nextLook {
                let before = places
                let found = look(before ?? [], &problems)
                places = found
                nextLook = now + Self.lookInterval
                if found != before {
                    onEvent(.announces(locations(found).map(\.description)))
                    nextAlive = now
                }
            }
            if now >= nextAlive {
                locations(places ?? []).forEach { tellAll(ManagerNotice.alive($0, software: software), places ?? []) }
                nextAlive = now + Self.aliveInterval
            }
            for answer in queue.takeDue(at: now) { send(answer, places ?? []) }
            let next = min(nextLook, nextAlive, queue.nextDue ?? nextLook)
            if isStopped(before: next - now) { break }
            receive(into: &queue)
        }
        tellAll(ManagerNotice.byebye, places ?? [])
    }

    /// Waits for a datagram, for at most `limit`; returns whether to stop.
    private func isStopped(before limit: Duration) -> Bool {
        var list = PollList()
        list.add(wake.reader, .input)
        list.add(socket, .input)
        return list.wait(atMost: max(limit, .zero)) && list.isReady(0)
    }

    private func receive(into queue: inout AnswerQueue) {
        guard let datagram = try? socket.receive(atMost: SSDPMessage.mostBytes),
            let message = try? SSDPMessage(datagram), let query = ManagerQuery(message)
        else { return }
        queue.add(
            query, from: datagram.sender, interface: datagram.interface, at: MonotonicTime.now,
            share: .random(in: 0...1))
    }

    /// Returns the addresses where the manager can be discovered now, after joining the group on new networks.
    private func look(_ known: [InterfaceAddress], _ problems: inout Set<String>) -> [InterfaceAddress] {
        var places = known
        do throws(SystemError) {
            places = try InterfaceAddress.all()
        } catch {
            tell("cannot list the networks of this machine: \(error)", &problems)
        }
        return places.filter { place in
            guard address == nil || address == place.address else { return false }
            if known.contains(place) { return true }
            do throws(SystemError) {
                try socket.join(SSDP.group.address, on: place.index)
                return true
            } catch {
                tell("the manager cannot be discovered through \(place.name): \(error)", &problems)
                return false
            }
        }
    }

    private func tell(_ problem: String, _ told: inout Set<String>) {
        if told.insert(problem).inserted { onEvent(.trouble(problem)) }
    }

    private func locations(_ places: [InterfaceAddress]) -> [ManagerLocation] {
        places.prefix(Self.mostLocations).map { ManagerLocation($0.address, port: port) }
    }

    /// Sends the location of the manager: all of its addresses, like Flamenco's, starting with the one on the sender's
    /// network.
    private func send(_ answer: AnswerQueue.Answer, _ places: [InterfaceAddress]) {
        let near = places.filter { $0.index == answer.interface }
        let place = near.first { $0.isOnNetwork(of: answer.receiver.address) } ?? near.first
        guard let place else { return }
        let others = locations(places).filter { $0.address != place.address }
        for location in [ManagerLocation(place.address, port: port)] + others {
            // If it is lost, the client searches again.
            try? socket.send(
                ManagerNotice.answer(location, software: software), to: answer.receiver, from: place.address)
        }
    }

    /// Sends to the group on every network. Lost datagrams are repeated later, or searched for.
    private func tellAll(_ bytes: [UInt8], _ places: [InterfaceAddress]) {
        for place in places {
            try? socket.send(bytes, to: SSDP.group, from: place.address, through: place.index)
        }
    }
}
