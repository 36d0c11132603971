import FoundationEssentials

/// The agent's own log, for the operator of the node. What programs print goes into task logs, not here.
///
/// No line ever holds one of the ``secrets``, whoever wrote it.
package struct Log: Sendable {
    /// How much a line matters, in rising order.
    package enum Level: Int, Comparable, Sendable, CaseIterable {
        case debug, info, warning, error

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// What must not stand in any line; whoever has a secret tells it.
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
