import HumanText

/// How long a worker stays that does not stay for ever: until there was no task for a while, or it had enough of them.
///
/// Only time in which it was awake and took no task counts as such: neither that of sleeping, nor that of waiting for a
/// manager that does not answer, which may have tasks.
package struct RetirementPolicy: Hashable, Sendable {
    /// Why it leaves.
    package enum Reason: Hashable, Sendable {
        /// There was no task for so long.
        case idle(Duration)
        /// So many tasks came to an end of their own.
        case tasksDone(Int)
    }

    private let longestIdle: Duration?
    private let mostTasks: Int?
    private var idle = Duration.zero
    private var tasks = 0

    /// - Parameters:
    ///   - longestIdle: how long it stays without a task; for ever when absent.
    ///   - mostTasks: after how many tasks it leaves; never when absent.
    package init(longestIdle: Duration?, mostTasks: Int?) {
        self.longestIdle = longestIdle
        self.mostTasks = mostTasks
    }

    /// Why it leaves now; absent when it stays.
    package var reason: Reason? {
        if let mostTasks, tasks >= mostTasks { return .tasksDone(tasks) }
        if let longestIdle, idle >= longestIdle { return .idle(longestIdle) }
        return nil
    }

    /// A wait that is not longer than it stays.
    package func shortened(_ wait: Duration) -> Duration {
        longestIdle.map { min(wait, max($0 - idle, .zero)) } ?? wait
    }

    /// It waited for a task.
    package mutating func waited(_ time: Duration) { idle += time }

    /// It woke up, or got a task: the time without one begins anew.
    package mutating func becameBusy() { idle = .zero }

    /// A task was completed, or failed; one that was stopped from outside does not count.
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
