package import FlamencoAPI

/// What a swarm of workers does.
package struct SwarmPlan: Sendable {
    /// Where the manager is: an address or a name, without brackets.
    package var host: String
    /// The port of the manager.
    package var port: Int
    /// The API that the manager speaks.
    package var dialect: APIDialect
    /// How many workers there are.
    package var workers: Int
    /// How long tasks take.
    package var taskTime: TaskTime
    /// The share of tasks that fail, from 0 to 1.
    package var failures = 0.0
    /// The share of tasks that show an image.
    package var images = 0.1
    /// How often a worker asks whether it may go on with its task, and the maximum interval between its task requests.
    package var pollInterval = Duration.seconds(5)
    /// How long the workers stay; they leave earlier when they are told to.
    package var time = Duration.seconds(60)
    /// What all random choices follow from.
    package var seed: UInt64 = 1

    /// The type of task that the workers take.
    package static let taskType = "misc"
    /// How many bytes of log a task has.
    static let logSize = 1 << 10
    /// How many bytes an image has.
    static let imageSize = 16 << 10
    /// How long a request may take.
    static let requestTime = Duration.seconds(60)
    /// How long a worker waits after a request failed.
    static let retryTime = Duration.seconds(1)
    /// How long the workers may take to leave.
    static let leaveTime = Duration.seconds(30)

    /// A swarm with the usual habits.
    package init(host: String, port: Int, dialect: APIDialect, workers: Int, taskTime: TaskTime) {
        self.host = host
        self.port = port
        self.dialect = dialect
        self.workers = workers
        self.taskTime = taskTime
    }
}
