import ExecutorKit
package import Spool
import Synchronization

/// The report of one command of a task, which passes on those of its steps that count.
struct CountingReport: CommandReport {
    private let report: any CommandReport
    private let command: Int
    private let count: SharedStepCount

    /// - Parameter command: the index of the command in its task.
    init(_ report: any CommandReport, command: Int, count: SharedStepCount) {
        self.report = report
        self.command = command
        self.count = count
    }

    /// Says that the command is complete.
    func completed() { pass { $0.completed(command: command) } }

    func stepCompleted() { pass { $0.stepCompleted(byCommand: command) } }

    private func pass(_ counts: (inout StepCount) -> Bool) {
        if count.value.withLock({ counts(&$0) }) { report.stepCompleted() }
    }

    func commandBegan(_ name: String, number: Int, of count: Int) {
        report.commandBegan(name, number: number, of: count)
    }

    func log(_ bytes: UnsafeRawBufferPointer) { report.log(bytes) }
    func activity(_ text: String) { report.activity(text) }
    func progress(_ fraction: Double) { report.progress(fraction) }
    func outputProduced(_ path: String) { report.outputProduced(path) }
}

/// The count that the commands of a task share.
final class SharedStepCount: Sendable {
    let value: Mutex<StepCount>

    init(_ count: StepCount) { value = Mutex(count) }
}

/// What a command says goes into the spool of its task.
extension TaskSpool: CommandReport {}
