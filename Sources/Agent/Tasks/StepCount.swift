import FlamencoAPI

/// The number of completed steps that is reported to the manager (Flamenco 3: `TaskUpdate.steps_completed`).
///
/// A command with a step count reports its own steps, up to that number; any other command counts as one step, once it
/// is complete. The count starts with the steps completed at assignment, and never exceeds the task's total: to a
/// manager that does not set a total, none are reported.
struct StepCount: Hashable, Sendable {
    /// The number of steps that the task still has.
    private var left: Int
    /// The number of steps that each command may still report.
    private var leftOfCommands: [Int]
    private let areOneStep: [Bool]

    /// Creates the count for the start of a run.
    init(_ task: AssignedTask) {
        left = max(0, task.stepsTotal - max(0, task.stepsCompleted))
        leftOfCommands = task.commands.map { max(0, $0.totalStepCount) }
        areOneStep = task.commands.map { $0.totalStepCount <= 0 }
    }

    /// Records a step reported by a command; returns whether it counts as a step of the task.
    mutating func stepCompleted(byCommand index: Int) -> Bool {
        guard left > 0, leftOfCommands[index] > 0 else { return false }
        leftOfCommands[index] -= 1
        left -= 1
        return true
    }

    /// Records that a command is complete; returns whether that counts as a step of the task. Must be called once for
    /// each.
    mutating func completed(command index: Int) -> Bool {
        guard left > 0, areOneStep[index] else { return false }
        left -= 1
        return true
    }
}
