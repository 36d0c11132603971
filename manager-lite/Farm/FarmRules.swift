package import FoundationEssentials
import JobTypes

/// The numbers in the rules of a farm.
package struct FarmRules: Codable, Hashable, Sendable {
    /// For how many seconds after its own start the manager takes no silence amiss that began before. Stored with no farm, so
    /// that the state files of earlier versions can be read.
    package static let startGrace: Double = 300

    /// After how many seconds without a word a worker counts as lost.
    package var workerTimeout: Double = 60
    /// After how many seconds without an update a task counts as stuck.
    package var taskTimeout: Double = 600
    /// For how many seconds a worker that went away or was lost still counts as one that may retry a task.
    package var absence: Double = 600
    /// After how many workers failed at a task it has failed for good.
    package var failuresOfTask = 3
    /// After how many failures at tasks of a type in a job a worker gets no more of them.
    package var failuresOfWorker = 3
    /// Whether what is otherwise only warned of is a reason to refuse a job.
    package var isStrict = false
    /// Where the times of sleep schedules are told.
    package var timeZone = TimeZone.current
    /// How many tasks a job may have.
    package var tasksPerJob = TaskList.Limits().tasks
    /// How many bytes of a task's log are kept.
    package var logLimit = 64 << 20
    /// How many events are kept.
    package var eventLimit = 10_000

    package init() {}
}
