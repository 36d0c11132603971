package import FoundationEssentials

/// A line of the agent's log, before anybody decided how it looks.
package struct LogEntry: Hashable, Sendable {
    package var time: Date
    package var level: Log.Level
    /// One sentence without a full stop.
    package var message: String
    /// The task that it is about, if it is about one.
    package var subject: LogSubject?

    package init(time: Date, level: Log.Level, message: String, subject: LogSubject? = nil) {
        self.time = time
        self.level = level
        self.message = message
        self.subject = subject
    }

    /// The message with its task before it, in one line.
    package var sentence: String {
        let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        guard let subject else { return line }
        return "task “\(subject.name)” (\(subject.id) of job \(subject.job)): \(line)"
    }
}
