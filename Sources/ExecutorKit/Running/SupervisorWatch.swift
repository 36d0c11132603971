import Foundation
import SupervisorProtocol
import System

/// Watches a supervisor: one that was stopped by a signal, possibly by its program, is continued; if that does not end
/// a stopped tree in time, it is killed, and its tree is ended in its place.
struct SupervisorWatch {
    /// How long a supervisor may take beyond the grace period.
    static let patience = Duration.seconds(3)
    /// The interval between checks.
    static let interval = Duration.seconds(1)
    /// While nothing is to be ended, a supervisor is checked only once in this many intervals.
    private static let leisure = 5

    let supervisor: Int32
    private var looks = 0
    private var nextLook = MonotonicTime.now + SupervisorWatch.interval
    /// Whether it was killed, because it was stopped and its tree had to end.
    private(set) var hasKilled = false
    private var hasContinued = false

    init(supervisor: Int32) { self.supervisor = supervisor }

    /// Checks the supervisor when an interval is over, and does what is needed.
    ///
    /// - Parameter overdue: for how long the tree should have ended; negative before that time, nil while it may run.
    /// - Returns: a line for the log of the task, if something was done.
    mutating func look(overdue: @autoclosure () -> Duration?) -> String? {
        // A program that prints continuously wakes its thread thousands of times a second.
        let now = MonotonicTime.now
        guard now >= nextLook else { return nil }
        nextLook = now + Self.interval
        looks += 1
        let overdue = overdue()
        if hasKilled || (overdue == nil && looks % Self.leisure != 0) { return nil }
        guard ProcessTable.Entry(of: supervisor)?.isStopped == true else { return nil }
        if let overdue, overdue > Self.patience {
            hasKilled = true
            ChildProcess.send(SIGKILL, to: supervisor)
            return "task-supervisor (process \(supervisor)) was stopped by a signal and could not be continued: killed"
        }
        ChildProcess.send(SIGCONT, to: supervisor)
        defer { hasContinued = true }
        if hasContinued { return nil }
        return "task-supervisor (process \(supervisor)) was stopped by a signal: continued"
    }

    /// Waits until a supervisor that has closed its socket has ended, so that its orphans are reparented to this
    /// process; kills it if it takes longer than `limit`. Blocks; its status is left for another caller to wait for.
    static func waitForEnd(of supervisor: Int32, atMost limit: Duration) {
        let stopwatch = ContinuousClock().stopwatch()
        var hasKilled = false
        while ProcessTable.Entry(of: supervisor)?.isAlive == true {
            if !hasKilled, stopwatch() > limit {
                hasKilled = true
                ChildProcess.send(SIGKILL, to: supervisor)
            }
            MonotonicTime.sleep(for: .milliseconds(5))
        }
    }
}
