import HumanText

/// How long a worker with a limited lifetime runs: until it has had no task for a while, or has run enough tasks.
///
/// Only time in which it was awake and the manager had no task counts as idle: not the time asleep, nor waiting for a
/// manager that does not answer, because it may have tasks.
package struct RetirementPolicy: Hashable, Sendable {
    /// Why it stops.
    package enum Reason: Hashable, Sendable {
        /// There was no task for this long.
        case idle(Duration)
        /// This many tasks were completed or failed.
        case tasksDone(Int)
    }

    private let longestIdle: Duration?
    private let mostTasks: Int?
    private var idle = Duration.zero
    private var tasks = 0

    /// - Parameters:
    ///   - longestIdle: how long it runs without a task; if nil, forever.
    ///   - mostTasks: the number of tasks after which it stops; if nil, never.
    package init(longestIdle: Duration?, mostTasks: Int?) {
        self.longestIdle = longestIdle
        self.mostTasks = mostTasks
    }

    /// Why it stops now; nil if it continues.
    package var reason: Reason? {
        if let mostTasks, tasks >= mostTasks { return .tasksDone(tasks) }
        if let longestIdle, idle >= longestIdle { return .idle(longestIdle) }
        return nil
    }

    /// Limits a wait to the remaining idle time.
    package func shortened(_ wait: Duration) -> Duration {
        longestIdle.map { min(wait, max($0 - idle, .zero)) } ?? wait
    }

    /// Records time spent waiting for a task.
    package mutating func waited(_ time: Duration) { idle += time }

    /// Records that it woke up, or got a task: the idle time starts again.
    package mutating func becameBusy() { idle = .zero }

    /// Records that a task was completed or failed; one that was stopped from outside does not count.
    package mutating func taskDone() { tasks += 1 }
}

extension RetirementPolicy.Reason: CustomStringConvertible {
    /// The beginning of a sentence.
    package var description: String {
        switch self {
        case .idle(let time): "no task for \(DurationText.text(time))"
        case .tasksDone(let count): count == 1 ? "1 task done" : "\(count) tasks done"
        }
    }
}
