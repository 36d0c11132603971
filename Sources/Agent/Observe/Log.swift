package import FlamencoAPI
package import FoundationEssentials
package import ManagerClient
package import Spool
import Synchronization
import System

/// The agent's own log, for the operator of the node. The output of programs goes to task logs, not here.
///
/// Secrets are removed from every line; see ``secrets``.
package struct Log: Sendable {
    /// The severity of a line, in ascending order.
    package enum Level: Int, Comparable, Sendable, CaseIterable {
        case debug, info, warning, error

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// The secrets to remove from every line. Code that obtains a secret adds it here.
    package let secrets: KnownSecrets
    private let minimum: Level
    private var subject: LogSubject?
    private let write: @Sendable (LogEntry) -> Void

    /// Creates a log that passes every line of at least `minimum` to `write`, from any thread.
    package init(
        minimum: Level = .info, secrets: KnownSecrets = KnownSecrets(), write: @escaping @Sendable (LogEntry) -> Void
    ) {
        self.minimum = minimum
        self.secrets = secrets
        self.write = write
    }

    /// A log that discards its lines.
    package static let silent = Log(minimum: .error) { _ in }

    /// Returns a log for messages about a task, which every line names.
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

/// A line of the agent's log, independent of its format.
package struct LogEntry: Hashable, Sendable {
    package var time: Date
    package var level: Log.Level
    /// One sentence without a full stop, without control characters.
    package let message: String
    /// The task that the message is about, if any.
    package let subject: LogSubject?

    /// The journal splits lines at 48 KiB, and treats the rest as another line (journald.conf(5), LineMax).
    private static let longestMessage = 16 << 10

    /// Creates a line; control characters in `message` are made visible.
    package init(time: Date, level: Log.Level, message: String, subject: LogSubject? = nil) {
        self.time = time
        self.level = level
        self.message = VisibleText.line(message, mostBytes: Self.longestMessage)
        self.subject = subject
    }

    /// The message in one line, preceded by the name and the short ID of its task.
    package var sentence: String {
        guard let subject else { return message }
        return "task \"\(subject.name)\" (\(subject.id.shortID)): \(message)"
    }
}

extension String {
    /// The first 8 characters of a UUID, which are enough to find it; any other string without changes.
    package var shortID: String {
        let isUUID = utf8.count == 36 && UUID(uuidString: self) != nil
        return isUUID ? String(prefix(8)) : self
    }
}

/// The task that lines of the agent's log are about; the texts have no control characters.
package struct LogSubject: Hashable, Sendable {
    /// The UUID of the task.
    package let id: String
    /// The name of the task.
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
    /// Returns a log for messages about a task.
    package func about(_ task: AssignedTask) -> Log {
        about(LogSubject(id: task.uuid, name: task.name, job: task.job))
    }

    /// Returns a log for messages about a task.
    package func about(_ task: SpooledTask) -> Log {
        about(LogSubject(id: task.id, name: task.name, job: task.jobID))
    }
}

extension Log {
    /// Logs a message of the spool.
    package func note(_ message: SpoolMessage) {
        let log = message.task.map(about) ?? self
        switch message.level {
        case .info: log.info(message.text)
        case .warning: log.warning(message.text)
        case .error: log.error(message.text)
        }
    }
}

/// The secrets of the agent and its manager; texts for people are filtered here.
package final class KnownSecrets: Sendable {
    private let texts = Mutex<[String]>([])

    package init() {}

    /// Adds credentials: from now on, the secret and its encoded form are removed.
    package func add(_ credentials: WorkerCredentials) {
        // RFC 7617: the encoding of user and password for HTTP Basic.
        let token = Data("\(credentials.workerID):\(credentials.secret)".utf8).base64EncodedString()
        add(token)
        add(credentials.secret)
    }

    /// Adds a secret.
    package func add(_ secret: String) {
        guard !secret.isEmpty else { return }
        texts.withLock { if !$0.contains(secret) { $0.append(secret) } }
    }

    /// Returns the text with every secret replaced.
    package func concealed(in text: String) -> String {
        var text = text
        for secret in texts.withLock(\.self) where text.contains(secret) {
            text = text.replacing(secret, with: "[secret]")
        }
        return Self.withoutAuthorization(text)
    }

    /// Returns the text without the values of `Authorization:` fields, up to the end of their lines.
    private static func withoutAuthorization(_ text: String) -> String {
        // Most lines do not contain it, and the case-insensitive search is slow.
        guard text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "z") }) else { return text }
        return text.replacing(#/(authorization[""]?\s*[:=]\s*)[^\n]+/#.ignoresCase()) { "\($0.output.1)[secret]" }
    }
}
