package import ExecutorKit

/// Inspects a running agent: what its parts report, and what has to be measured.
package struct AgentInspection: Sendable {
    /// What the parts of the agent report.
    package let board: StatusBoard
    /// Checks that the parts of the agent respond, if set.
    package var heartbeat: Heartbeat?
    private let sender: UpdateSender
    private let programs: ProgramRunner
    private let secrets: KnownSecrets

    package init(board: StatusBoard, sender: UpdateSender, programs: ProgramRunner, secrets: KnownSecrets) {
        self.board = board
        self.sender = sender
        self.programs = programs
        self.secrets = secrets
    }

    /// Returns the current status. Reads every process of the machine while a program runs or stays open, which takes
    /// milliseconds: do not call it on Swift's own threads.
    package func status() -> AgentStatus {
        var status = board.current
        status.unresponsive = heartbeat?.problem
        if let outage = status.manager.outage {
            status.manager.outage?.reason = secrets.concealed(in: outage.reason)
        }
        let counters = sender.counters
        status.queue = AgentStatus.Queue(
            bytes: counters.bytesWaiting, tasks: counters.tasksWaiting,
            lastError: counters.lastError.map(secrets.concealed), deliveredUpdates: counters.updatesDelivered,
            deliveredBytes: counters.bytesDelivered)
        status.abandonedThreads = BlockingWork.abandoned.count
        status.openProgram = programs.kept.waiting.map {
            .init(name: $0.name, pid: $0.process, residentBytes: TreeUsage(below: [$0.supervisor]).residentBytes)
        }
        if status.task == nil { return status }
        let running = programs.running
        status.task?.programs = running.map { .init(name: $0.name, pid: $0.process) }
        let usage = TreeUsage(below: running.map(\.supervisor))
        status.task?.processes = usage.processes
        status.task?.cpuSeconds = usage.cpuSeconds
        status.task?.residentBytes = usage.residentBytes
        return status
    }
}

/// Counters of an agent that are not in its status, since its start.
package struct StatusCounts: Hashable, Sendable {
    /// The total time for which the manager did not answer.
    package var outageSeconds = 0.0
    /// Warnings and errors in the log, by level.
    package var problems: [String: Int] = [:]
    /// Requests to the manager.
    package var requests: [ManagerRequestKind: Int] = [:]
}

/// A kind of request to the manager that is counted separately.
package struct ManagerRequestKind: Hashable, Comparable, Sendable {
    /// The name of the operation in the contract.
    package var operation: String
    /// The HTTP status of the answer; nil if there was none.
    package var status: Int?

    package static func < (left: Self, right: Self) -> Bool {
        (left.operation, left.status ?? 0) < (right.operation, right.status ?? 0)
    }
}
