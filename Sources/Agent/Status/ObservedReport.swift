import ExecutorKit

/// Passes on what a running task says, and keeps the status up to date with it.
struct ObservedReport: CommandReport {
    let report: any CommandReport
    let status: StatusBoard

    func commandBegan(_ name: String, number: Int, of count: Int) {
        status.progressed { task in
            task.command = .init(name: name, number: number, count: count)
            (task.progress, task.activity) = (nil, nil)
        }
        report.commandBegan(name, number: number, of: count)
    }

    func log(_ bytes: UnsafeRawBufferPointer) { report.log(bytes) }

    func activity(_ text: String) {
        status.progressed { task in
            // The place of the command is known without words.
            if let command = task.command, text.hasPrefix("command \(command.number) of ") { return }
            task.activity = text
        }
        report.activity(text)
    }

    func progress(_ fraction: Double) {
        status.progressed { $0.progress = fraction }
        report.progress(fraction)
    }

    func stepCompleted() {
        status.stepCompleted()
        report.stepCompleted()
    }

    func outputProduced(_ path: String) { report.outputProduced(path) }
}
