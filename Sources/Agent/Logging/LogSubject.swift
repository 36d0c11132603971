package import FlamencoAPI
package import Spool
import Wording

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
