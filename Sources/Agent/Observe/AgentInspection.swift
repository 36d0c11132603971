package import ExecutorKit

/// Looks at a running agent: what it says of itself, and what has to be measured.
package struct AgentInspection: Sendable {
    /// What the agent says of itself.
    package let board: StatusBoard
    /// Asks the parts of the agent whether they get on, if anything does.
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

    /// The status at this moment. Looks at every process of the machine while a program runs, which takes milliseconds:
    /// not for Swift's own threads.
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

/// What is counted of an agent besides its status, since its start.
package struct StatusCounts: Hashable, Sendable {
    /// How long the manager did not answer, in all.
    package var outageSeconds = 0.0
    /// Warnings and errors of the log, by level.
    package var problems: [String: Int] = [:]
    /// Requests to the manager.
    package var requests: [ManagerRequestKind: Int] = [:]
}

/// Requests to the manager that are counted together.
package struct ManagerRequestKind: Hashable, Comparable, Sendable {
    /// The name of the operation in the contract.
    package var operation: String
    /// The status of the answer; nil when there was none.
    package var status: Int?

    package static func < (left: Self, right: Self) -> Bool {
        (left.operation, left.status ?? 0) < (right.operation, right.status ?? 0)
    }
}
