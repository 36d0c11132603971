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
