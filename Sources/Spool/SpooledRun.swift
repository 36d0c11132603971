package import FoundationEssentials

/// A run of a task, as shown to users from its spool.
package struct SpooledRun: Hashable, Sendable {
    /// How it ended.
    package enum Ending: Hashable, Sendable {
        /// The task completed or failed, and the manager was or will be told.
        case outcome(String)
        /// The agent ended before the task; the manager assigns it again.
        case interrupted
    }

    /// The name of its folder, which starts with the time.
    package let name: String
    /// The task; nil if the start of its records is damaged.
    package let task: SpooledTask?
    /// When it started.
    package let began: Date?
    /// How it ended; nil if it is running, or the agent was killed.
    package let ending: Ending?
    /// The number of bytes of its log on this machine.
    package let bytes: Int
    /// The number of undelivered bytes.
    package let undelivered: Int
    /// Whether the manager refused the outcome.
    package let isRefused: Bool

    /// Finds a run by the name of its folder, or by the UUID of the task, its name, or the beginning of its UUID: of
    /// several runs of that task the newest.
    ///
    /// - Parameter runs: oldest first.
    /// - Throws: ``SpooledRunError`` if there is none, or different tasks match.
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

/// Why a run of a task could not be found.
package enum SpooledRunError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No stored task matches.
    case unknown(String)
    /// Several tasks match.
    case ambiguous(String, ids: [String])
    /// No task is stored at all.
    case none(spool: String)

    /// One sentence without a full stop.
    package var description: String {
        switch self {
        case .unknown(let wanted):
            "this machine has no log of a task \"\(wanted)\"; \"flamenco-agent logs\" lists the available logs"
        case .ambiguous(let wanted, let ids):
            "\"\(wanted)\" matches \(ids.count) tasks; use a UUID: \(ids.joined(separator: ", "))"
        case .none(let spool): "\(spool) contains no task logs"
        }
    }
}
