package import FoundationEssentials

extension AgentStatus {
    /// A task that runs, and how far it is.
    package struct RunningTask: Codable, Hashable, Sendable {
        package var id: String
        package var name: String
        package var jobId: String
        package var jobType: String
        package var taskType: String
        package var startedAt: Date
        package var runningSeconds = 0.0

        /// The command that runs; absent before the first.
        package var command: Command?
        package var stepsCompleted: Int
        /// Absent when the manager does not say.
        package var stepsTotal: Int?
        /// How much of the command is done, from 0 to 1, if it says so.
        package var progress: Double?
        /// What happens now, in the words of the command.
        package var activity: String?

        /// The programs that run for it.
        package var programs: [Program] = []
        /// How many processes these have in all.
        package var processes = 0
        /// Processor time of these, and of those of their descendants that have ended.
        package var cpuSeconds = 0.0
        package var residentBytes = 0
    }

    /// One of the commands of a task.
    package struct Command: Codable, Hashable, Sendable {
        package var name: String
        /// 1 for the first.
        package var number: Int
        package var count: Int
    }

    /// A program that runs.
    package struct Program: Codable, Hashable, Sendable {
        package var name: String
        /// Absent until it has begun.
        package var pid: Int32?
    }
}
