package import ExecutorKit
package import FlamencoAPI
import Wording

/// Runs the commands of a task, one after another; the first that fails ends the task.
package struct TaskRunner: Sendable {
    private let executors: ExecutorRegistry
    private let programs: ProgramRunner
    private let clock: any Clock<Duration>

    package init(executors: ExecutorRegistry, programs: ProgramRunner, clock: any Clock<Duration>) {
        self.executors = executors
        self.programs = programs
        self.clock = clock
    }

    /// Runs a task; cancellation stops the command that runs, whole process tree included, before this returns.
    package func run(_ task: AssignedTask, report: any CommandReport) async -> TaskOutcome {
        let elapsed = clock.stopwatch()
        let count = SharedStepCount(StepCount(task))
        for (index, command) in task.commands.enumerated() {
            if Task.isCancelled { return .interrupted }
            let report = CountingReport(report, command: index, count: count)
            let context = CommandContext(task: task, report: report, programs: programs, clock: clock)
            let place = "command \(index + 1) of \(task.commands.count), \(VisibleText.line(command.name))"
            report.commandBegan(command.name, number: index + 1, of: task.commands.count)
            context.log(place)
            context.activity(place)
            do {
                try await executors.run(command, in: context)
                report.completed()
            } catch is CancellationError {
                return .interrupted
            } catch {
                // What a stopped program leaves undone is no failure of the task.
                return Task.isCancelled ? .interrupted : .failed(reason: "\(place): \(error)")
            }
        }
        return .completed(in: elapsed())
    }
}

/// How the running of a task came to its end.
package enum TaskOutcome: Hashable, Sendable {
    /// Every command went well.
    case completed(in: Duration)
    /// A command failed, for this reason.
    case failed(reason: String)
    /// It was stopped from outside.
    case interrupted
}
