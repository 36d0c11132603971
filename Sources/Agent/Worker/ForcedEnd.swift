import Dispatch
package import ExecutorKit
import FileWork
import HumanText
import Synchronization
import System

/// Ends the process within some seconds, whatever hangs: a disk, a log that nobody reads, the agent itself. What runs is killed
/// before.
///
/// It depends on nothing that may hang: a thread of its own, no task, no lock that is held for long, no log.
package final class ForcedEnd: Sendable {
    /// How long the process has left from the moment that somebody insists.
    package static let limit = Duration.seconds(5)
    /// The last part of that, for killing what is left.
    private static let lastPart = Duration.milliseconds(600)

    private let programs = Mutex<ProgramRunner?>(nil)
    private let isArmed = Atomic(false)

    package init() {}

    /// These programs are killed before.
    package func kills(_ programs: ProgramRunner) { self.programs.withLock { $0 = programs } }

    /// From now on the process has ``limit`` left. Stops all programs without a grace period at once.
    ///
    /// - Parameter status: the exit status, if it comes to that.
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

    /// Prints a line, unless that would have to wait.
    private static func say(_ line: String) {
        var waiting = PollList()
        waiting.add(BorrowedDescriptor.standardError, .output)
        guard waiting.wait(atMost: .zero) else { return }
        // As much as a pipe that can be written to has room for (man 7 pipe, PIPE_BUF).
        let bytes = Array("flamenco-agent: \(line)\n".utf8.prefix(4096))
        _ = try? BorrowedDescriptor.standardError.write(bytes)
    }
}
