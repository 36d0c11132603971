package import FlamencoAPI

/// The task that lines of the agent's log are about.
package struct LogSubject: Hashable, Sendable {
    /// The UUID of the task.
    package var id: String
    /// The name that people see.
    package var name: String
    /// The UUID of its job.
    package var job: String

    package init(id: String, name: String, job: String) {
        self.id = id
        self.name = name
        self.job = job
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
