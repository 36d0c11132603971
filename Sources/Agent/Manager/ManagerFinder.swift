package import Discovery
import ExecutorKit
import FlamencoAPI
package import ManagerClient
import System

/// A manager that discovery found.
package struct DiscoveredManager: Encodable, Hashable, Sendable {
    package let url: String
    /// The name that it reports: anybody can claim one, so it proves nothing.
    package var name: String?
    package var version: String?
    /// Its other addresses on the networks of this machine.
    package var alsoAt: [String] = []
    /// The sender that announced this address, if it sent from a different one.
    package var announcedBy: String?
    /// Why it does not count as a manager; nil if it answers as one.
    package var problem: String?

    private enum CodingKeys: String, CodingKey {
        case url, name, version, problem
        case alsoAt = "also_at"
        case announcedBy = "announced_by"
    }

    /// Whether a Flamenco Manager answered at this address.
    package var isManager: Bool { problem == nil }

    /// Its URL, name and version.
    package var description: String { "\(url)" + (name.map { " (\($0) \(version ?? ""))" } ?? "") }

    /// Whether this is the manager at a URL.
    package func isAt(_ other: String) -> Bool { url == other || alsoAt.contains(other) }
}

/// Searches the networks of this machine for managers, and queries those that answer.
package struct ManagerFinder: Sendable {
    /// How long to wait for answers: Flamenco's manager answers after up to three seconds.
    package static let usualTime = Duration.seconds(5)

    /// The result of a search.
    package struct Result: Sendable {
        /// The managers that answered, and those that others announced.
        package var all: [DiscoveredManager] = []
        /// The answers that could not be used, one sentence each.
        package var problems: [String] = []

        /// The Flamenco Managers that answered themselves.
        package var managers: [DiscoveredManager] { all.filter(\.isManager) }
    }

    /// Maximum time for the answer of a manager to a query.
    private static let patience = Duration.seconds(3)
    /// The largest number of managers to query. More than this suggests an attack.
    private static let mostAsked = 16
    private static let longestName = 80

    private let search: @Sendable (Duration) async throws -> FoundManagers
    private let client: @Sendable (ManagerURL) throws -> ManagerClient

    /// - Parameter search: searches for a given time; tests replace it.
    package init(
        _ settings: Settings,
        search: @escaping @Sendable (Duration) async throws -> FoundManagers =
            ManagerFinder.networkSearch
    ) {
        self.search = search
        client = { url in
            var client = try ManagerClient(settings, at: url)
            client.timeouts.connect = min(client.timeouts.connect, Self.patience)
            client.timeouts.total = min(client.timeouts.total, Self.patience)
            return client
        }
    }

    /// Searches the networks of this machine.
    ///
    /// - Throws: ``SearchError``, ``CommandError``, `CancellationError`.
    package static let networkSearch: @Sendable (Duration) async throws -> FoundManagers = { time in
        try await BlockingWork.run("look for managers", limit: time + .seconds(2)) { cancellation in
            try ManagerSearch.run(for: time) { cancellation.isCancelled }
        }
    }

    /// Searches for managers for `time`, then queries those that answered.
    ///
    /// Only managers that answered for their own address are queried: a datagram must not make this machine connect to
    /// other hosts.
    ///
    /// - Throws: ``SearchError``, ``CommandError``, `CancellationError`.
    package func find(within time: Duration = ManagerFinder.usualTime) async throws -> Result {
        let found = try await search(time)
        var result = Result(problems: found.problems)
        let asked = found.managers.prefix(Self.mostAsked)
        if asked.count < found.managers.count {
            result.problems.append(
                "\(found.managers.count - asked.count) of the managers that answered were not queried")
        }
        result.all = try await withThrowingTaskGroup(of: (Int, DiscoveredManager).self) { group in
            for (index, manager) in asked.enumerated() {
                group.addTask { (index, try await which(manager)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        result.all += found.claims.map { claim in
            var manager = DiscoveredManager(url: claim.location.description)
            manager.announcedBy = claim.sender.description
            manager.problem = "announced by \(claim.sender), which has a different address: not queried"
            return manager
        }
        return result
    }

    /// Queries the manager at a URL.
    ///
    /// - Throws: `CancellationError`.
    package func manager(at url: ManagerURL) async throws -> DiscoveredManager {
        var manager = DiscoveredManager(url: url.description)
        do {
            let version = try await client(url).introduced().version
            manager.name = VisibleText.line(version.name, mostBytes: Self.longestName)
            manager.version = VisibleText.line(version.version, mostBytes: Self.longestName)
        } catch {
            try Task.checkCancellation()
            manager.problem = "does not answer as a Flamenco Manager: \(VisibleText.line("\(error)", mostBytes: 300))"
        }
        return manager
    }

    private func which(_ found: FoundManagers.Manager) async throws -> DiscoveredManager {
        guard let url = try? ManagerURL(found.location.description) else {
            return DiscoveredManager(url: found.location.description, problem: "has no usable URL")
        }
        var manager = try await manager(at: url)
        manager.alsoAt = found.others.map(\.description)
        return manager
    }
}

/// Chooses the manager to accept if none was named.
package enum ManagerChoice {
    /// Returns the only manager that answered, unless another one was accepted before.
    ///
    /// - Parameter trust: returns the command that accepts the manager with a URL.
    /// - Throws: ``CommandError`` that lists the choices.
    package static func only(
        of managers: [DiscoveredManager], accepted: AcceptedManager?, trust: (_ url: String) -> String
    ) throws -> DiscoveredManager {
        guard let first = managers.first else {
            throw CommandError(
                "no manager answered on the networks of this machine"
                    + (accepted.map { "; \($0.url) was accepted on \($0.acceptedAt)" } ?? "")
                    + ": to accept a manager on another network, run \"\(trust("URL"))\"")
        }
        let names = managers.map(\.description).joined(separator: " and ")
        if managers.count > 1 {
            throw CommandError(
                "\(managers.count) managers answered, \(names): choose one, for example with \"\(trust(first.url))\"")
        }
        if let accepted, !first.isAt(accepted.url) {
            throw CommandError(
                "\(accepted.url) was accepted on \(accepted.acceptedAt), but now \(names) answered: to accept it "
                    + "instead, run \"\(trust(first.url))\"")
        }
        return first
    }
}
