package import FoundationEssentials
import Wording

/// A line of the agent's log, before anybody decided how it looks.
package struct LogEntry: Hashable, Sendable {
    package var time: Date
    package var level: Log.Level
    /// One sentence without a full stop, safe to show.
    package let message: String
    /// The task that it is about, if it is about one.
    package let subject: LogSubject?

    /// The journal cuts lines at 48 KiB, and takes what comes behind the cut for a line of its own (journald.conf(5), LineMax).
    private static let longestMessage = 16 << 10

    /// A line that says `message`, whatever characters are in it.
    package init(time: Date, level: Log.Level, message: String, subject: LogSubject? = nil) {
        self.time = time
        self.level = level
        self.message = VisibleText.line(message, mostBytes: Self.longestMessage)
        self.subject = subject
    }

    /// The message with its task before it, in one line.
    package var sentence: String {
        guard let subject else { return message }
        return "task “\(subject.name)” (\(subject.id) of job \(subject.job)): \(message)"
    }
}
