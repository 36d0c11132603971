package import FoundationEssentials

/// What an agent does and how it is, at one moment: what `flamenco-agent status --json` prints. systemd/README.md, "Status",
/// has the table of its fields, whose names and units stay as they are.
package struct AgentStatus: Codable, Hashable, Sendable {
    /// Where an agent can be in its life.
    package enum State: String, Codable, CaseIterable, Sendable {
        case starting, awake, asleep, stopping
    }

    /// The version of the agent.
    package var version: String
    package var pid: Int32
    package var stateDirectory: String
    /// The cgroup in which programs get cgroups of their own; absent when they do not.
    package var cgroup: String?
    /// The GPUs that programs see; absent without any, and until the tools of their makers have named them.
    package var gpus: [GPUInventory.GPU]?
    /// What Cycles renders with, by the settings; absent when they do not say.
    package var cyclesDevice: String?
    package var startedAt: Date
    package var uptimeSeconds = 0.0

    package var state = State.starting
    package var stateSince: Date
    package var stateSeconds = 0.0
    /// Whether the manager took the sign-on, and has not refused the credentials since.
    package var isSignedOn = false
    /// Why the worker sleeps, or will after the running task; absent while it may work.
    package var sleepReasons: [SleepReason]?
    /// Why no task is asked for; absent while one runs or is asked for.
    package var idleReason: String?
    /// Why what tasks print cannot be stored, so that it is lost; absent while it can.
    package var storageProblem: String?

    /// What does not respond any more, as `/healthz` says it; absent while all is well.
    package var unresponsive: String?

    package var worker: Worker
    package var manager: Manager
    /// The task that runs.
    package var task: RunningTask?
    package var queue = Queue()
    package var tasks = TaskCounts()
    /// Steps of tasks that were done since the start.
    package var stepsCompleted = 0

    /// What went wrong lately, oldest first.
    package var problems: [Problem] = []
    /// Executors that are left out, and why.
    package var executorProblems: [String] = []
    /// Threads that were abandoned since a disk does not answer, and are still there.
    package var abandonedThreads = 0

    /// Who the worker is to its manager.
    package struct Worker: Codable, Hashable, Sendable {
        /// The UUID; absent before the first registration.
        package var id: String?
        package var name: String
        package var taskTypes: [String] = []
    }

    /// The manager, as far as it is known.
    package struct Manager: Codable, Hashable, Sendable {
        package var url: String
        package var name: String?
        package var version: String?
        /// The API that it speaks: `2022` or `v3`.
        package var api: String?
        /// Absent while it answers.
        package var outage: Outage?
    }

    /// A manager that does not answer.
    package struct Outage: Codable, Hashable, Sendable {
        package var reason: String
        package var since: Date
        package var seconds = 0.0
    }

    /// What waits for the manager, and what it has taken since the start.
    package struct Queue: Codable, Hashable, Sendable {
        package var bytes = 0
        package var tasks = 0
        /// Why the last update could not be delivered; absent when it could.
        package var lastError: String?
        package var deliveredUpdates = 0
        package var deliveredBytes = 0
    }

    /// How the tasks since the start ended.
    package struct TaskCounts: Codable, Hashable, Sendable {
        package var completed = 0
        package var failed = 0
        /// Stopped from outside; the manager hands them out again.
        package var interrupted = 0
        /// Taken away by the manager.
        package var lost = 0
    }

    /// A warning or an error of the agent's log.
    package struct Problem: Codable, Hashable, Sendable {
        package var time: Date
        /// `warning` or `error`.
        package var level: String
        package var message: String
    }
}

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

extension AgentStatus {
    /// The status as JSON text: names in snake case, times as in RFC 3339, absent values left out.
    package func json() throws -> Data { try SocketJSON.encode(self) }

    /// The status that this JSON text holds.
    package init(json: Data) throws { self = try SocketJSON.decode(Self.self, from: json) }
}
