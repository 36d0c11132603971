import ManagerClient

/// Searches for managers while the accepted one does not answer, and logs where another one answers. It changes
/// nothing: only the operator decides which manager to trust.
package struct ManagerWatch: Sendable {
    /// How long the manager may fail to answer before a search is made.
    static let patience = Duration.seconds(2)
    /// The interval between searches while the manager does not answer.
    static let interval = Duration.seconds(60)

    private let accepted: String
    private let stateDirectory: String
    private let finder: ManagerFinder
    private let status: StatusBoard
    private let clock: any Clock<Duration>
    private let log: Log

    /// - Parameter accepted: the URL of the manager that the operator accepted.
    package init(
        accepted: String, stateDirectory: String, finder: ManagerFinder, status: StatusBoard,
        clock: any Clock<Duration>, log: Log
    ) {
        self.accepted = accepted
        self.stateDirectory = stateDirectory
        self.finder = finder
        self.status = status
        self.clock = clock
        self.log = log
    }

    /// Watches until the surrounding task is cancelled.
    package func run() async {
        let (changes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        status.onChange { continuation.yield() }
        continuation.yield()
        for await _ in changes {
            var told: String?
            var wait = Self.patience
            while isMissed, (try? await clock.sleep(for: wait)) != nil, isMissed {
                if let problem = await problem(), problem != told {
                    log.error(problem)
                    told = problem
                }
                wait = Self.interval
            }
        }
    }

    /// Whether the manager currently does not answer.
    private var isMissed: Bool {
        let now = status.current
        return now.manager.outage != nil || !now.isSignedOn && now.state != .stopping
    }

    /// Returns what to log about other managers that answer; nil if none does.
    private func problem() async -> String? {
        guard let url = try? ManagerURL(accepted), let known = try? await finder.manager(at: url), !known.isManager,
            let found = try? await finder.find()
        else { return nil }
        return Self.problem(accepted: accepted, found.managers, stateDirectory: stateDirectory)
    }

    /// Returns the message for an accepted manager that does not answer while others do; nil without others.
    static func problem(accepted: String, _ managers: [DiscoveredManager], stateDirectory: String) -> String? {
        let others = managers.filter { !$0.isAt(accepted) }
        guard let first = others.first, others.count == managers.count else { return nil }
        let names = others.map(\.description).joined(separator: " and ")
        return "the accepted manager \(accepted) does not answer, but \(names) \(others.count == 1 ? "does" : "do"): "
            + "to use another manager, run \""
            + AcceptedManagerFile.trustCommand(first.url, stateDirectory: stateDirectory) + "\" and restart the agent"
    }
}
