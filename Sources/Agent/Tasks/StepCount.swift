import FlamencoAPI

/// How many steps of a task the manager is told of (Flamenco 3: `TaskUpdate.steps_completed`).
///
/// A command that has a number of steps counts them by itself, up to that number; any other one is a step as a whole, once
/// it is complete. The task goes on from what was done when it was assigned, and never gets beyond its total: a manager
/// that does not say how many steps there are hears of none.
struct StepCount: Hashable, Sendable {
    /// How many more steps the task can have.
    private var left: Int
    /// How many more steps each command may count by itself.
    private var leftOfCommands: [Int]
    private let areOneStep: [Bool]

    /// The count at the beginning of a run.
    init(_ task: AssignedTask) {
        left = max(0, task.stepsTotal - max(0, task.stepsCompleted))
        leftOfCommands = task.commands.map { max(0, $0.totalStepCount) }
        areOneStep = task.commands.map { $0.totalStepCount <= 0 }
    }

    /// A command says that one more step is done; returns whether that is one more step of the task.
    mutating func stepCompleted(byCommand index: Int) -> Bool {
        guard left > 0, leftOfCommands[index] > 0 else { return false }
        leftOfCommands[index] -= 1
        left -= 1
        return true
    }

    /// A command is complete; returns whether that is one more step of the task. To be called once for each.
    mutating func completed(command index: Int) -> Bool {
        guard left > 0, areOneStep[index] else { return false }
        left -= 1
        return true
    }
}
