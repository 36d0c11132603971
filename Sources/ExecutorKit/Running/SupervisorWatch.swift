import Foundation
import SupervisorProtocol
import System

/// Sees to it that a supervisor does its work: one that was stopped by a signal, by its program perhaps, is continued; when that
/// does not help in time to a tree that is to end, it is killed, and its tree is ended in its place.
struct SupervisorWatch {
    /// How long a supervisor may take beyond the grace period.
    static let patience = Duration.seconds(3)
    /// How often to look.
    static let interval = Duration.seconds(1)
    /// While nothing is to end, a supervisor is looked at each time that so many intervals are over.
    private static let leisure = 5

    let supervisor: Int32
    private var looks = 0
    private var nextLook = MonotonicTime.now + SupervisorWatch.interval
    /// Whether it was killed, since it was stopped and its tree was to end.
    private(set) var hasKilled = false
    private var hasContinued = false

    init(supervisor: Int32) { self.supervisor = supervisor }

    /// Looks at the supervisor once an interval is over, and does what is needed.
    ///
    /// - Parameter overdue: for how long the tree should have ended; negative before that time, nil while it may run.
    /// - Returns: a line for the log of the task when something was done that is worth one.
    mutating func look(overdue: @autoclosure () -> Duration?) -> String? {
        // A program that prints without end wakes its thread thousands of times a second.
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

    /// Waits until a supervisor that says nothing any more has ended, so that all it leaves behind has come here; kills it when
    /// it takes longer than `limit`. Blocks; its status is left for whoever waits for it.
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
