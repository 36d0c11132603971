import FileWork
import Synchronization
import System

/// What the spools of a store share.
package struct SpoolContext: Sendable {
    let files: SpoolFiles
    let limits: SpoolLimits
    /// Where calls that block are made for the agent.
    let disk: BlockingQueue
    /// Where calls that block are made for the sender, which does not wait for an fsync of the agent this way.
    package let delivery: BlockingQueue
    /// The time since the store was opened.
    package let elapsed: @Sendable () -> Duration
    /// Wakes the sender.
    package let wake: WakeSignal
    /// With so many bytes of a log waiting, the sender is woken.
    let batchSize: Int
    /// Tells the operator of the node.
    let log: @Sendable (SpoolMessage) -> Void
    /// What keeps the spool from storing.
    let trouble: SpoolTrouble
}

/// A line for the log of the agent.
package struct SpoolMessage: Hashable, Sendable {
    /// How much it matters, in rising order.
    package enum Level: Hashable, Sendable { case info, warning, error }

    package let level: Level
    /// One sentence without a full stop.
    package let text: String
    /// The task that it is about, if it is about one.
    package let task: SpooledTask?

    init(_ level: Level, _ text: String, about task: SpooledTask? = nil) {
        self.level = level
        self.text = text
        self.task = task
    }
}

/// Whether the spool can store what tasks say, as far as was seen last. It says so in the log when that changes: in the middle of
/// a task too, whose output is lost meanwhile.
final class SpoolTrouble: Sendable {
    private let folder: String
    private let log: @Sendable (SpoolMessage) -> Void
    private let onChange: @Sendable (SpoolError?) -> Void
    private let current = Mutex<SpoolError?>(nil)
    /// What can be asked at each piece of output.
    private let exists = Atomic(false)

    init(
        folder: String, log: @escaping @Sendable (SpoolMessage) -> Void,
        onChange: @escaping @Sendable (SpoolError?) -> Void
    ) {
        self.folder = folder
        self.log = log
        self.onChange = onChange
    }

    /// Something could not be stored.
    func failed(_ error: FileError) { failed(SpoolError(folder: folder, error)) }

    /// Something could not be stored.
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

    /// Something was stored.
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
    /// So many tasks whose outcome the manager refused are kept, apart from those …
    package var refusedTasks = 50
    /// … as long as they have no more bytes than this.
    package var refusedBytes = 1 << 30
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
