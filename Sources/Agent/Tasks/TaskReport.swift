import ExecutorKit
import FlamencoAPI
package import Spool
import Synchronization

/// What a command of a task says: passes it on, keeps the status up to date with it, and counts those of its steps that
/// count.
struct TaskReport: CommandReport {
    private let report: any CommandReport
    private let command: Int
    private let count: SharedStepCount
    private let status: StatusBoard?

    /// - Parameters:
    ///   - command: the index of the command in its task.
    ///   - status: is told how far the task is.
    init(_ report: any CommandReport, command: Int, count: SharedStepCount, status: StatusBoard?) {
        self.report = report
        self.command = command
        self.count = count
        self.status = status
    }

    /// Says that the command begins.
    ///
    /// - Parameter place: which of the commands it is, for the log and the manager; the status has it in numbers.
    func begin(_ name: String, number: Int, of count: Int, place: String) {
        commandBegan(name, number: number, of: count)
        var line = place + "\n"
        line.withUTF8 { report.log(UnsafeRawBufferPointer($0)) }
        report.activity(place)
    }

    /// Says that the command is complete.
    func completed() { countStep { $0.completed(command: command) } }

    private func countStep(_ counts: (inout StepCount) -> Bool) {
        guard count.value.withLock({ counts(&$0) }) else { return }
        status?.stepCompleted()
        report.stepCompleted()
    }

    // MARK: CommandReport

    func commandBegan(_ name: String, number: Int, of count: Int) {
        status?.progressed { task in
            task.command = .init(name: name, number: number, count: count)
            (task.progress, task.activity) = (nil, nil)
        }
        report.commandBegan(name, number: number, of: count)
    }

    func log(_ bytes: UnsafeRawBufferPointer) { report.log(bytes) }

    func activity(_ text: String) {
        status?.progressed { $0.activity = text }
        report.activity(text)
    }

    func progress(_ fraction: Double) {
        status?.progressed { $0.progress = fraction }
        report.progress(fraction)
    }

    func stepCompleted() { countStep { $0.stepCompleted(byCommand: command) } }

    func outputProduced(_ path: String) { report.outputProduced(path) }
}

/// What a command says goes into the spool of its task.
extension TaskSpool: CommandReport {}

// MARK: - Steps

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

/// The count that the commands of a task share.
final class SharedStepCount: Sendable {
    let value: Mutex<StepCount>

    init(_ count: StepCount) { value = Mutex(count) }
}
