package import Spool

/// Why a worker that is awake takes no task now.
package enum TaskObstacle: Hashable, Sendable {
    /// The machine lacks what the settings ask for.
    case machine([MachineProblem])
    /// The log of a task could not be stored.
    case storage(SpoolError)
    /// Tasks fail as fast as they come.
    case failures(FailureStreak.Pause)

    /// Whether there is nothing new in it for somebody who knows the other: amounts of bytes change all the time.
    func isSame(as other: TaskObstacle?) -> Bool {
        switch (self, other) {
        case (.machine(let problems), .machine(let others)): problems.map(\.kind) == others.map(\.kind)
        case (.storage(let error), .storage(let other)): error.reason.kind == other.reason.kind
        default: self == other
        }
    }
}

extension TaskObstacle: CustomStringConvertible {
    /// One sentence without a full stop.
    package var description: String {
        switch self {
        case .machine(let problems): problems.map(\.description).joined(separator: "; ")
        case .storage(let error): error.description
        case .failures(let pause): pause.description
        }
    }
}

extension SpoolError.Reason {
    /// The reason without what changes while it stays the same one.
    fileprivate var kind: Self {
        switch self {
        case .diskAlmostFull(_, let needed): .diskAlmostFull(free: 0, needed: needed)
        case .limitReached(_, let limit): .limitReached(used: 0, limit: limit)
        default: self
        }
    }
}
