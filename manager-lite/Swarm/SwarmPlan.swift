package import FlamencoAPI

/// The workload of a swarm.
package struct SwarmPlan: Sendable {
    /// The host of the manager: an address or a name, without brackets.
    package var host: String
    /// The port of the manager.
    package var port: Int
    /// The API of the manager.
    package var dialect: APIDialect
    /// The number of workers.
    package var workers: Int
    /// The duration of tasks.
    package var taskTime: TaskTime
    /// The share of failing tasks, from 0 to 1.
    package var failures = 0.0
    /// The share of tasks that upload an image.
    package var images = 0.1
    /// The interval of a worker's permission requests during a task, and the maximum interval between its task
    /// requests.
    package var pollInterval = Duration.seconds(5)
    /// The maximum duration of the run; it ends earlier when stopped.
    package var time = Duration.seconds(60)
    /// The seed of all random numbers.
    package var seed: UInt64 = 1

    /// The type of task that the workers accept.
    package static let taskType = "misc"
    /// The size of a task's log in bytes.
    static let logSize = 1 << 10
    /// The size of an image in bytes.
    static let imageSize = 16 << 10
    /// The time limit of a request.
    static let requestTime = Duration.seconds(60)
    /// The delay of a worker after a failed request.
    static let retryTime = Duration.seconds(1)
    /// The time limit for signing off.
    static let leaveTime = Duration.seconds(30)

    /// Creates a plan with default values.
    package init(host: String, port: Int, dialect: APIDialect, workers: Int, taskTime: TaskTime) {
        self.host = host
        self.port = port
        self.dialect = dialect
        self.workers = workers
        self.taskTime = taskTime
    }
}
