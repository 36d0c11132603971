package import System

/// The managers that answered a search.
///
/// A datagram contains its sender and the location of a manager. If both addresses are the same, the manager announced
/// itself; if they differ, the announcement proves nothing. A manager with several addresses, like Flamenco's, answers
/// with all of them.
package struct FoundManagers: Sendable {
    /// A manager that announced itself.
    package struct Manager: Hashable, Sendable {
        /// Its location.
        package let location: ManagerLocation
        /// Its other addresses that answered too.
        package var others: [ManagerLocation] = []
    }

    /// An announcement of an address other than the sender's.
    package struct Claim: Hashable, Sendable {
        package let location: ManagerLocation
        package let sender: IPv4Address
    }

    // A network has a handful of managers. More than this suggests an attack.
    private static let mostSenders = 64
    private static let mostLocations = 16
    private static let mostProblems = 8
    private static let longestProblem = 300

    private var answers: [IPv4Address: Set<ManagerLocation>] = [:]
    /// The answers that could not be used, one sentence for each sender, without control characters.
    package private(set) var problems: [String] = []
    private var blamed: Set<IPv4Address> = []

    package init() {}

    /// Adds a received datagram.
    package mutating func add(_ datagram: UDPSocket.Datagram) {
        let sender = datagram.sender.address
        do throws(SSDPError) {
            let location = try ManagerAnswer(SSDPMessage(datagram)).location
            guard answers[sender] != nil || answers.count < Self.mostSenders else {
                throw SSDPError("only the answers of \(Self.mostSenders) senders are considered")
            }
            if answers[sender]?.count == Self.mostLocations, answers[sender]?.contains(location) == false {
                throw SSDPError("only \(Self.mostLocations) addresses are considered")
            }
            answers[sender, default: []].insert(location)
        } catch {
            guard blamed.count < Self.mostProblems, blamed.insert(sender).inserted else { return }
            let sentence = "ignored an answer from \(sender): \(error)"
            problems.append(VisibleText.line(sentence, mostBytes: Self.longestProblem))
        }
    }

    /// The managers that announced themselves, by address.
    package var managers: [Manager] {
        var found: [Manager] = []
        for location in ownLocations {
            if let index = found.firstIndex(where: { isSame($0.location, location) }) {
                found[index].others.append(location)
            } else {
                found.append(Manager(location: location))
            }
        }
        return found
    }

    /// The announcements of addresses that did not answer, by senders that did not announce themselves.
    package var claims: [Claim] {
        let own = Set(ownLocations)
        return answers.sorted { $0.key < $1.key }.flatMap { sender, locations in
            locations.contains { $0.address == sender }
                ? [] : locations.subtracting(own).map { Claim(location: $0, sender: sender) }
        }.sorted { $0.location.description < $1.location.description }
    }

    private var ownLocations: [ManagerLocation] {
        answers.sorted { $0.key < $1.key }.flatMap { sender, locations in
            locations.filter { $0.address == sender }.sorted {
                ($0.port, $0.isEncrypted ? 1 : 0) < ($1.port, $1.isEncrypted ? 1 : 0)
            }
        }
    }

    /// Whether two locations are the same manager: each announced the other's address as its own. One such announcement
    /// is not enough.
    private func isSame(_ one: ManagerLocation, _ other: ManagerLocation) -> Bool {
        guard let first = one.address, let second = other.address, first != second, one.port == other.port,
            one.isEncrypted == other.isEncrypted
        else { return false }
        return answers[first]?.contains(other) == true && answers[second]?.contains(one) == true
    }
}
