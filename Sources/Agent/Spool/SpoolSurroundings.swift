/// What the spools of a store share.
struct SpoolSurroundings: Sendable {
    let files: SpoolFiles
    let limits: SpoolLimits
    /// Where calls that block are made for the agent.
    let disk: BlockingQueue
    /// Where calls that block are made for the sender, which does not wait for an fsync of the agent this way.
    let delivery: BlockingQueue
    /// The time since the store was opened.
    let elapsed: @Sendable () -> Duration
    /// Wakes the sender.
    let wake: WakeSignal
    let rule: BatchRule
    /// The log of the agent.
    let log: Log
}

/// How much the spool may store.
package struct SpoolLimits: Hashable, Sendable {
    /// The most bytes of the log of one task; beyond it, the middle is left out.
    package var taskLog: Int
    /// The most bytes of all tasks that the manager has not taken yet; beyond it, no new task.
    package var undelivered: Int
    /// So many tasks that were delivered are kept for people to look at …
    package var keptTasks: Int
    /// … as long as they have no more bytes than this.
    package var keptBytes: Int
    /// With less room on the disk, no new task.
    package var freeSpace: Int

    package init(
        taskLog: Int = 1 << 30, undelivered: Int = 16 << 30, keptTasks: Int = 50, keptBytes: Int = 1 << 30,
        freeSpace: Int = 64 << 20
    ) {
        self.taskLog = taskLog
        self.undelivered = undelivered
        self.keptTasks = keptTasks
        self.keptBytes = keptBytes
        self.freeSpace = freeSpace
    }
}
