import FileWork
import Synchronization
import System

/// What the spools of a store have in common.
package struct SpoolContext: Sendable {
    let files: SpoolFiles
    let limits: SpoolLimits
    /// Runs blocking calls of the agent.
    let disk: BlockingQueue
    /// Runs blocking calls of the sender, which thus does not wait for an fsync of the agent.
    package let delivery: BlockingQueue
    /// The time since the store was opened.
    package let elapsed: @Sendable () -> Duration
    /// Wakes the sender.
    package let wake: WakeSignal
    /// The number of waiting log bytes at which the sender is woken.
    let batchSize: Int
    /// Logs a message for the operator of the node.
    let log: @Sendable (SpoolMessage) -> Void
    /// Tracks what keeps the spool from storing.
    let trouble: SpoolTrouble
}

/// A message for the log of the agent.
package struct SpoolMessage: Hashable, Sendable {
    /// The severity, in ascending order.
    package enum Level: Hashable, Sendable { case info, warning, error }

    package let level: Level
    /// One sentence without a full stop.
    package let text: String
    /// The task that the message is about, if any.
    package let task: SpooledTask?

    init(_ level: Level, _ text: String, about task: SpooledTask? = nil) {
        self.level = level
        self.text = text
        self.task = task
    }
}

/// Tracks whether the spool can store the output of tasks, as last observed. Changes are logged, also during a task,
/// whose output is lost in the meantime.
final class SpoolTrouble: Sendable {
    private let folder: String
    private let log: @Sendable (SpoolMessage) -> Void
    private let onChange: @Sendable (SpoolError?) -> Void
    private let current = Mutex<SpoolError?>(nil)
    /// Can be checked for each piece of output.
    private let exists = Atomic(false)

    init(
        folder: String, log: @escaping @Sendable (SpoolMessage) -> Void,
        onChange: @escaping @Sendable (SpoolError?) -> Void
    ) {
        self.folder = folder
        self.log = log
        self.onChange = onChange
    }

    /// Records that something could not be stored.
    func failed(_ error: FileError) { failed(SpoolError(folder: folder, error)) }

    /// Records that something could not be stored.
    func failed(_ error: SpoolError) {
        let isNew = current.withLock { current in
            defer { current = error }
            exists.store(true, ordering: .relaxed)
            return current?.description != error.description
        }
        guard isNew else { return }
        log(SpoolMessage(.error, "the output of tasks is being lost: \(error)"))
        onChange(error)
    }

    /// Records that something was stored.
    func worked() {
        guard exists.load(ordering: .relaxed) else { return }
        let isNew = current.withLock { current in
            defer { current = nil }
            exists.store(false, ordering: .relaxed)
            return current != nil
        }
        guard isNew else { return }
        log(SpoolMessage(.info, "the spool \(folder) can store output again"))
        onChange(nil)
    }
}

/// Limits of the spool.
package struct SpoolLimits: Hashable, Sendable {
    /// Maximum size of the log of one task; beyond it, the middle is omitted.
    package var taskLog: Int
    /// Maximum number of undelivered bytes of all tasks; beyond it, no new task is accepted.
    package var undelivered: Int
    /// The number of delivered tasks that are kept for inspection …
    package var keptTasks: Int
    /// … as long as they have at most this many bytes.
    package var keptBytes: Int
    /// The number of kept tasks whose outcome the manager refused, in addition to those …
    package var refusedTasks = 50
    /// … as long as they have at most this many bytes.
    package var refusedBytes = 1 << 30
    /// With less free disk space, no new task is accepted.
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
