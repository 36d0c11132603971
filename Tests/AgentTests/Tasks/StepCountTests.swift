import FlamencoAPI
import Testing

@testable import Agent

@Suite("How many steps of a task are done")
struct StepCountTests {
    /// What commands of a task say, and how many steps the manager is told of.
    struct Run: Sendable, CustomTestStringConvertible {
        /// `total_step_count` of each command.
        var commands: [Int]
        var done = 0
        var total: Int
        /// A step of the command of this index, or, when negative, the completion of the command ~index.
        var says: [Int]
        /// The numbers after each.
        var counted: [Int]

        var testDescription: String { "\(commands), \(done) of \(total): \(says)" }
    }

    @Test(
        "commands with a number of steps count their own, others are one step; never beyond what is theirs, nor the total",
        arguments: [
            // Commands that are one step: what they count by themselves is not added.
            Run(commands: [0, 0], total: 2, says: [~0, ~1], counted: [1, 2]),
            Run(commands: [0, 0], total: 2, says: [0, 0, ~0, 1, ~1], counted: [0, 0, 1, 1, 2]),
            Run(commands: [-1], total: 1, says: [0, ~0], counted: [0, 1]),
            // Commands that count: their end is no step.
            Run(commands: [3], total: 3, says: [0, 0, 0, ~0], counted: [1, 2, 3, 3]),
            Run(commands: [1], total: 1, says: [~0], counted: [0]),
            Run(commands: [3], total: 3, says: [0, ~0], counted: [1, 1]),
            // Both, in one task.
            Run(commands: [0, 2, 0], total: 4, says: [~0, 1, 1, ~1, ~2], counted: [1, 2, 3, 3, 4]),
            // A command that counts too far does not eat the steps of the next.
            Run(commands: [2, 2], total: 4, says: [0, 0, 0, ~0, 1, 1, 1], counted: [1, 2, 2, 2, 3, 4, 4]),
            // A late word of a command that has ended.
            Run(commands: [2, 2], total: 4, says: [0, ~0, 1, 0], counted: [1, 1, 2, 3]),
            // Commands that together have more than the total.
            Run(commands: [5, 0], total: 3, says: [0, 0, 0, 0, ~0, ~1], counted: [1, 2, 3, 3, 3, 3]),
            // It goes on from what was done.
            Run(commands: [10], done: 7, total: 10, says: [0, 0, 0, 0], counted: [8, 9, 10, 10]),
            Run(commands: [0, 0], done: 1, total: 2, says: [~0, ~1], counted: [2, 2]),
            Run(commands: [2], done: 2, total: 2, says: [0, ~0], counted: [2, 2]),
            Run(commands: [2], done: 5, total: 2, says: [0, 0], counted: [5, 5]),
            // A manager that does not say how many there are.
            Run(commands: [0, 3], total: 0, says: [~0, 1, ~1], counted: [0, 0, 0]),
        ])
    func table(run: Run) {
        let commands = run.commands.map { Command(name: "c", parameters: [:], totalStepCount: $0) }
        var count = StepCount(
            AssignedTask(
                uuid: "t", job: "", name: "", status: .queued, priority: 0, jobPriority: 0, jobType: "", taskType: "",
                commands: commands, stepsCompleted: run.done, stepsTotal: run.total))
        var completed = run.done
        let counted = run.says.map { word in
            if word < 0 ? count.completed(command: ~word) : count.stepCompleted(byCommand: word) { completed += 1 }
            return completed
        }
        #expect(counted == run.counted)
    }
}
