package import FoundationEssentials

/// The status of an agent, as printed by `flamenco-agent status --json`. systemd/README.md, "Status", lists its fields;
/// their names and units are stable.
package struct AgentStatus: Codable, Hashable, Sendable {
    /// The states of an agent.
    package enum State: String, Codable, CaseIterable, Sendable {
        case starting, awake, asleep, stopping
    }

    /// The version of the agent.
    package var version: String
    package var pid: Int32
    package var stateDirectory: String
    /// The cgroup in which programs get their own cgroups; nil if they do not.
    package var cgroup: String?
    /// The GPUs that programs can use; nil without any, and until the vendors' tools have reported them.
    package var gpus: [GPUInventory.GPU]?
    /// The device that Cycles renders with according to the settings; nil if not set.
    package var cyclesDevice: String?
    package var startedAt: Date
    package var uptimeSeconds = 0.0

    package var state = State.starting
    package var stateSince: Date
    package var stateSeconds = 0.0
    /// Whether the manager accepted the sign-on, and has not rejected the credentials since.
    package var isSignedOn = false
    /// Why the worker sleeps, or will sleep after the running task; nil if it may work.
    package var sleepReasons: [SleepReason]?
    /// Why no task is requested; nil while one runs or is requested.
    package var idleReason: String?
    /// Why the output of tasks cannot be stored and is lost; nil if it can.
    package var storageProblem: String?

    /// What no longer responds, as reported by `/healthz`; nil if everything responds.
    package var unresponsive: String?

    package var worker: Worker
    package var manager: Manager
    /// The running task.
    package var task: RunningTask?
    /// The program that stays open and waits for the next task; nil without one.
    package var openProgram: OpenProgram?
    package var queue = Queue()
    package var tasks = TaskCounts()
    /// Steps of tasks completed since the start.
    package var stepsCompleted = 0

    /// The most recent problems, oldest first.
    package var problems: [Problem] = []
    /// Executors that cannot be used, and why.
    package var executorProblems: [String] = []
    /// Threads that were abandoned because a disk does not respond, and still exist.
    package var abandonedThreads = 0

    /// The worker, as the manager knows it.
    package struct Worker: Codable, Hashable, Sendable {
        /// The UUID; nil before the first registration.
        package var id: String?
        package var name: String
        package var taskTypes: [String] = []
    }

    /// The manager, as far as it is known.
    package struct Manager: Codable, Hashable, Sendable {
        package var url: String
        package var name: String?
        package var version: String?
        /// The API that it uses: `2022` or `v3`.
        package var api: String?
        /// Nil while it answers.
        package var outage: Outage?
    }

    /// A manager that does not answer.
    package struct Outage: Codable, Hashable, Sendable {
        package var reason: String
        package var since: Date
        package var seconds = 0.0
    }

    /// What waits for delivery, and what was delivered since the start.
    package struct Queue: Codable, Hashable, Sendable {
        package var bytes = 0
        package var tasks = 0
        /// Why the last update could not be delivered; nil if it was.
        package var lastError: String?
        package var deliveredUpdates = 0
        package var deliveredBytes = 0
    }

    /// How the tasks since the start ended.
    package struct TaskCounts: Codable, Hashable, Sendable {
        package var completed = 0
        package var failed = 0
        /// Stopped from outside; the manager assigns them again.
        package var interrupted = 0
        /// Taken back by the manager.
        package var lost = 0
    }

    /// A warning or an error in the agent's log.
    package struct Problem: Codable, Hashable, Sendable {
        package var time: Date
        /// `warning` or `error`.
        package var level: String
        package var message: String
    }
}

extension AgentStatus {
    /// A running task and its progress.
    package struct RunningTask: Codable, Hashable, Sendable {
        package var id: String
        package var name: String
        package var jobId: String
        package var jobType: String
        package var taskType: String
        package var startedAt: Date
        package var runningSeconds = 0.0

        /// The running command; nil before the first.
        package var command: Command?
        package var stepsCompleted: Int
        /// Nil if the manager does not report it.
        package var stepsTotal: Int?
        /// The completed fraction of the command, from 0 to 1, if the command reports it.
        package var progress: Double?
        /// The current activity, as reported by the command.
        package var activity: String?

        /// The programs that run for it.
        package var programs: [Program] = []
        /// The total number of their processes.
        package var processes = 0
        /// CPU time of these processes and of their descendants that have ended.
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

    /// A program that stays open between tasks.
    package struct OpenProgram: Codable, Hashable, Sendable {
        package var name: String
        /// Nil when it has just ended.
        package var pid: Int32?
        /// Memory of all its processes.
        package var residentBytes: Int
    }

    /// A running program.
    package struct Program: Codable, Hashable, Sendable {
        package var name: String
        /// Nil until it has started.
        package var pid: Int32?
    }
}

extension AgentStatus {
    /// Returns the status as JSON text: names in snake case, times as in RFC 3339, without nil values.
    package func json() throws -> Data { try SocketJSON.encode(self) }

    /// Decodes the status from JSON text.
    package init(json: Data) throws { self = try SocketJSON.decode(Self.self, from: json) }
}
