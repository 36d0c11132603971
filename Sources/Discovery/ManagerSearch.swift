import System

/// Searches for managers on all networks of this machine.
package enum ManagerSearch {
    /// How often the search checks for cancellation.
    private static let slice = Duration.milliseconds(100)
    /// How many times to send the request, because datagrams may be lost.
    private static let repetitions = 2
    /// The maximum delay of an answer in seconds. Flamenco's manager always uses three.
    private static let longestWait = 3

    /// Sends a search, and waits for answers for the whole time, because there may be several. Blocks its thread.
    ///
    /// - Throws: ``SearchError`` if there is no network.
    package static func run(
        for time: Duration, isCancelled: () -> Bool = { false }
    ) throws(SearchError) -> FoundManagers {
        do {
            let places = try InterfaceAddress.all()
            if places.isEmpty {
                throw SearchError("this machine has no IPv4 network to search for managers")
            }
            let socket = try UDPSocket()
            return try run(on: socket, places, for: time, isCancelled)
        } catch let error as SearchError {
            throw error
        } catch {
            throw SearchError("cannot search for managers: \(error)")
        }
    }

    private static func run(
        on socket: borrowing UDPSocket, _ places: [InterfaceAddress], for time: Duration, _ isCancelled: () -> Bool
    ) throws -> FoundManagers {
        var found = FoundManagers()
        let start = MonotonicTime.now
        var asked = 0
        while !isCancelled() {
            let passed = MonotonicTime.now - start
            if passed >= time { break }
            if asked < repetitions, passed >= time / (2 * repetitions) * asked {
                let seconds = min(max(Int((time - passed).components.seconds) - 1, 1), longestWait)
                try ask(socket, places, longestWait: seconds)
                asked += 1
            }
            var list = PollList()
            list.add(socket, .input)
            guard list.wait(atMost: min(slice, time - passed)) else { continue }
            // One at a time, so that a continuous sender cannot prolong the search.
            if let datagram = try socket.receive(atMost: SSDPMessage.mostBytes) { found.add(datagram) }
        }
        return found
    }

    private static func ask(
        _ socket: borrowing UDPSocket, _ places: [InterfaceAddress], longestWait: Int
    ) throws(SearchError) {
        var failure: String?
        var isSent = false
        for place in places {
            do throws(SystemError) {
                try socket.send(
                    ManagerQuery.bytes(longestWait: longestWait), to: SSDP.group, from: place.address,
                    through: place.index)
                isSent = true
            } catch {
                failure = "cannot search for managers through \(place.name): \(error)"
            }
        }
        if let failure, !isSent { throw SearchError(failure) }
    }
}

/// Why the search failed.
package struct SearchError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    package let description: String

    package init(_ description: String) { self.description = description }
}
