package import FlamencoAPI
package import FoundationEssentials
package import ManagerClient
package import Spool
import Synchronization
import System

/// The agent's own log, for the operator of the node. What programs print goes into task logs, not here.
///
/// Secrets are removed from every line; see ``secrets``.
package struct Log: Sendable {
    /// How much a line matters, in rising order.
    package enum Level: Int, Comparable, Sendable, CaseIterable {
        case debug, info, warning, error

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// The secrets to remove from every line. Code that obtains a secret adds it here.
    package let secrets: KnownSecrets
    private let minimum: Level
    private var subject: LogSubject?
    private let write: @Sendable (LogEntry) -> Void

    /// A log that hands every line of at least `minimum` to `write`, from any thread.
    package init(
        minimum: Level = .info, secrets: KnownSecrets = KnownSecrets(), write: @escaping @Sendable (LogEntry) -> Void
    ) {
        self.minimum = minimum
        self.secrets = secrets
        self.write = write
    }

    /// A log that nobody reads.
    package static let silent = Log(minimum: .error) { _ in }

    /// The same log for what is said of a task, which every line names.
    package func about(_ task: LogSubject) -> Log {
        var log = self
        log.subject = task
        return log
    }

    package func debug(_ message: @autoclosure () -> String) { log(.debug, message) }
    package func info(_ message: @autoclosure () -> String) { log(.info, message) }
    package func warning(_ message: @autoclosure () -> String) { log(.warning, message) }
    package func error(_ message: @autoclosure () -> String) { log(.error, message) }

    private func log(_ level: Level, _ message: () -> String) {
        guard level >= minimum else { return }
        let subject = subject.map { LogSubject(id: $0.id, name: secrets.concealed(in: $0.name), job: $0.job) }
        write(LogEntry(time: .now, level: level, message: secrets.concealed(in: message()), subject: subject))
    }
}

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

    /// The message in one line, preceded by the name and the short ID of its task.
    package var sentence: String {
        guard let subject else { return message }
        return "task “\(subject.name)” (\(subject.id.shortID)): \(message)"
    }
}

extension String {
    /// The first 8 characters of a UUID, which are enough to find it; any other string without changes.
    package var shortID: String {
        let isUUID = utf8.count == 36 && UUID(uuidString: self) != nil
        return isUUID ? String(prefix(8)) : self
    }
}

/// The task that lines of the agent's log are about, in texts that are safe to show.
package struct LogSubject: Hashable, Sendable {
    /// The UUID of the task.
    package let id: String
    /// The name that people see.
    package let name: String
    /// The UUID of its job.
    package let job: String

    private static let longest = 1024

    package init(id: String, name: String, job: String) {
        self.id = VisibleText.line(id, mostBytes: Self.longest)
        self.name = VisibleText.line(name, mostBytes: Self.longest)
        self.job = VisibleText.line(job, mostBytes: Self.longest)
    }
}

extension Log {
    /// The same log for what is said of a task.
    package func about(_ task: AssignedTask) -> Log {
        about(LogSubject(id: task.uuid, name: task.name, job: task.job))
    }

    /// The same log for what is said of a task.
    package func about(_ task: SpooledTask) -> Log {
        about(LogSubject(id: task.id, name: task.name, job: task.jobID))
    }
}

extension Log {
    /// Takes down what a spool says.
    package func note(_ message: SpoolMessage) {
        let log = message.task.map(about) ?? self
        switch message.level {
        case .info: log.info(message.text)
        case .warning: log.warning(message.text)
        case .error: log.error(message.text)
        }
    }
}

/// What nobody but the agent and its manager may read; texts for people pass through here.
package final class KnownSecrets: Sendable {
    private let texts = Mutex<[String]>([])

    package init() {}

    /// Takes note of credentials: from now on neither their secret nor what it becomes in a request gets through.
    package func add(_ credentials: WorkerCredentials) {
        // RFC 7617: what HTTP Basic makes of user and password.
        let token = Data("\(credentials.workerID):\(credentials.secret)".utf8).base64EncodedString()
        add(token)
        add(credentials.secret)
    }

    /// Takes note of a secret.
    package func add(_ secret: String) {
        guard !secret.isEmpty else { return }
        texts.withLock { if !$0.contains(secret) { $0.append(secret) } }
    }

    /// The text with every secret in it blotted out.
    package func concealed(in text: String) -> String {
        var text = text
        for secret in texts.withLock(\.self) where text.contains(secret) {
            text = text.replacing(secret, with: "[secret]")
        }
        return Self.withoutAuthorization(text)
    }

    /// The text without the value of any `Authorization:` field, which ends with the line.
    private static func withoutAuthorization(_ text: String) -> String {
        // Most lines do not have it, and the search without regard to case is slow.
        guard text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "z") }) else { return text }
        return text.replacing(#/(authorization["”]?\s*[:=]\s*)[^\n]+/#.ignoresCase()) { "\($0.output.1)[secret]" }
    }
}
