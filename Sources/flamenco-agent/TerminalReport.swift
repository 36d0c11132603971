import ExecutorKit
import Foundation
import Synchronization

/// Shows a command to the person who tries it: its log on standard output as it is, all else on standard error.
final class TerminalReport: CommandReport {
    private let steps = Mutex(0)
    private let isTerminal = isatty(STDERR_FILENO) == 1

    func log(_ bytes: UnsafeRawBufferPointer) {
        // A reader of the output that goes away must not end the command.
        try? FileHandle.standardOutput.write(contentsOf: Data(bytes))
    }

    func activity(_ text: String) { say(text) }

    func stepCompleted() {
        let count = steps.withLock { count in
            count += 1
            return count
        }
        say(count == 1 ? "1 step is done" : "\(count) steps are done")
    }

    func outputProduced(_ path: String) { say("made \(path)") }

    private func say(_ text: String) {
        let line = isTerminal ? "\u{1B}[36m» \(text)\u{1B}[0m\n" : "» \(text)\n"
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }
}
