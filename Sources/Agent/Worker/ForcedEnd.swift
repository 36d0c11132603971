import Dispatch
package import ExecutorKit
import FileWork
import HumanText
import Synchronization
import System

/// Ends the process within a few seconds, whatever hangs: a disk, a log that nobody reads, the agent itself. Running
/// programs are killed first.
///
/// It depends on nothing that may hang: it has its own thread, and uses no tasks, no long-held locks and no log.
package final class ForcedEnd: Sendable {
    /// The time left for the process, starting with the second signal.
    package static let limit = Duration.seconds(5)
    /// The last part of that time, reserved for killing what is left.
    private static let lastPart = Duration.milliseconds(600)

    private let programs = Mutex<ProgramRunner?>(nil)
    private let isArmed = Atomic(false)

    package init() {}

    /// Sets the programs to kill first.
    package func kills(_ programs: ProgramRunner) { self.programs.withLock { $0 = programs } }

    /// Starts the time ``limit``. Stops all programs immediately without a grace period.
    ///
    /// - Parameter status: the exit status if the end has to be forced.
    package func begin(status: Int32) {
        guard !isArmed.exchange(true, ordering: .relaxed) else { return }
        programs.withLock { $0 }?.abort()
        let end: @Sendable () -> Void = { [self] in self.end(status) }
        do {
            try SystemThread.start("forced end", end)
        } catch {
            DispatchQueue(label: "forced end").async(execute: end)
        }
    }

    private func end(_ status: Int32) {
        MonotonicTime.sleep(for: Self.limit - Self.lastPart)
        Self.say(Self.message)
        programs.withLock { $0 }?.killAll(within: .milliseconds(300))
        _exit(status)
    }

    private static var message: String {
        let calls = BlockingCalls.current(longerThan: .seconds(1))
        let hanging =
            calls.isEmpty ? "no system call hangs" : "these system calls hang: \(calls.joined(separator: ", "))"
        return "the agent did not stop within \(DurationText.text(limit)) and is killed; \(hanging)"
    }

    /// Prints a line, unless that would block.
    private static func say(_ line: String) {
        var waiting = PollList()
        waiting.add(BorrowedDescriptor.standardError, .output)
        guard waiting.wait(atMost: .zero) else { return }
        // The amount that always fits into a writable pipe (man 7 pipe, PIPE_BUF).
        let bytes = Array("flamenco-agent: \(line)\n".utf8.prefix(4096))
        _ = try? BorrowedDescriptor.standardError.write(bytes)
    }
}
