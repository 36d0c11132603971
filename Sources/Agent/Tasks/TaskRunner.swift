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
    ///
    /// - Parameter status: is told how far the task is.
    /// - Throws: ``TaskFailedError`` when a command failed, `CancellationError` when the task was stopped.
    package func run(_ task: AssignedTask, report: any CommandReport, status: StatusBoard? = nil) async throws {
        let count = SharedStepCount(StepCount(task))
        for (index, command) in task.commands.enumerated() {
            try Task.checkCancellation()
            let report = TaskReport(report, command: index, count: count, status: status)
            let context = CommandContext(task: task, report: report, programs: programs, clock: clock)
            let place = "command \(index + 1) of \(task.commands.count), \(VisibleText.line(command.name))"
            report.begin(command.name, number: index + 1, of: task.commands.count, place: place)
            do {
                try await executors.run(command, in: context)
                report.completed()
            } catch {
                // What a stopped program leaves undone is no failure of the task.
                if error is CancellationError || Task.isCancelled { throw CancellationError() }
                throw TaskFailedError(reason: "\(place): \(error)")
            }
        }
    }
}

/// A command of a task failed.
package struct TaskFailedError: Error, Hashable, Sendable {
    /// Which command, and why: one sentence without a full stop.
    package let reason: String
}
