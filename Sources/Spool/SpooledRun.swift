package import FoundationEssentials

/// A run of a task as its spool shows it to people.
package struct SpooledRun: Hashable, Sendable {
    /// How it ended.
    package enum Ending: Hashable, Sendable {
        /// The task came to an end of its own, and the manager was or will be told so.
        case outcome(String)
        /// The agent ended before the task did; the manager hands it out again.
        case interrupted
    }

    /// The name of its folder, which begins with the time.
    package let name: String
    /// The task; nil when the beginning of its records is damaged.
    package let task: SpooledTask?
    /// When it began.
    package let began: Date?
    /// How it ended; nil when it runs, or when the agent that ran it was killed.
    package let ending: Ending?
    /// How many bytes of its log are on this machine.
    package let bytes: Int
    /// How many of them the manager has not taken.
    package let undelivered: Int
    /// Whether the manager refused the outcome.
    package let isRefused: Bool

    /// The run that somebody means by the name of its folder, the UUID of the task, its name, or the beginning of its
    /// UUID: of several runs of that task the newest.
    ///
    /// - Parameter runs: oldest first.
    /// - Throws: ``SpooledRunError`` when there is none, or when different tasks could be meant.
    package static func named(_ wanted: String, among runs: [SpooledRun]) throws(SpooledRunError) -> SpooledRun {
        let ways: [(SpooledRun) -> Bool] = [
            { $0.name == wanted }, { $0.task?.id == wanted }, { $0.task?.name == wanted },
            { !wanted.isEmpty && $0.task?.id.hasPrefix(wanted) == true },
        ]
        for way in ways {
            let found = runs.filter(way)
            guard let newest = found.last else { continue }
            let ids = Set(found.compactMap { $0.task?.id }).sorted()
            if ids.count > 1 { throw .ambiguous(wanted, ids: ids) }
            return newest
        }
        throw .unknown(wanted)
    }
}

/// Why it is not clear which run of a task is meant.
package enum SpooledRunError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No task that is kept is called so.
    case unknown(String)
    /// Several tasks are called so.
    case ambiguous(String, ids: [String])
    /// No task is kept at all.
    case none(spool: String)

    /// One sentence without a full stop.
    package var description: String {
        switch self {
        case .unknown(let wanted):
            "this machine has no log of a task “\(wanted)”; “flamenco-agent logs” lists the available logs"
        case .ambiguous(let wanted, let ids):
            "“\(wanted)” matches \(ids.count) tasks; use a UUID: \(ids.joined(separator: ", "))"
        case .none(let spool): "\(spool) contains no task logs"
        }
    }
}
