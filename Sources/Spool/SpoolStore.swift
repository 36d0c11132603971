import FileWork
import FoundationEssentials
import Synchronization
import System

/// The tasks on disk that are not completely delivered and, for a while, those that are.
///
/// A folder with `version`, and `tasks` with a folder for each run of a task, named after its time and the task. Only
/// one agent at a time may have it open.
///
/// In this folder:
/// - this file: starting tasks, and what waits for delivery; `TaskSpool.swift`: one run of a task, from its first line
///   to its outcome;
/// - `LogFile.swift`, `SpoolEntry.swift`, `DeliveryCursor.swift`: the three files of a task; `SpoolLayout.swift`: names
///   and version of the folders, and which delivered tasks are kept;
/// - `DeliveryQueue.swift`, `TaskSpool+Delivery.swift`: what waits in memory, and the next update created from it;
///   `LogText.swift`: converts program output to text;
/// - `SpoolReader.swift`, `SpooledRun.swift`: read access for users on the node;
/// - `SpoolFiles.swift`, `SpoolFile.swift`: system calls; `SpoolContext.swift`: what the spools of a store have in
///   common.
package final class SpoolStore: Sendable {
    /// The folder.
    package let path: String
    /// What its spools have in common.
    package let context: SpoolContext
    private let spools: Mutex<[TaskSpool]>
    private let kept: Mutex<[KeptSpool]>
    private let newestTime = Mutex<Int>(0)

    private var tasks: String { path + "/tasks" }

    /// Opens or creates the store, and reads what an earlier run left.
    ///
    /// A task that was not finished is marked as interrupted.
    ///
    /// - Parameters:
    ///   - path: the folder; its parent must exist.
    ///   - clock: the clock that determines when a batch is due.
    ///   - batchSize: the number of waiting log bytes at which the sender is woken immediately.
    ///   - log: receives messages for the operator of the node.
    ///   - onTrouble: called with the reason as soon as something cannot be stored, and with nil when it can be again.
    package static func open(
        at path: String, limits: SpoolLimits = SpoolLimits(), files: SpoolFiles = SpoolFiles(),
        clock: any Clock<Duration> = ContinuousClock(), batchSize: Int = 64 << 10,
        log: @escaping @Sendable (SpoolMessage) -> Void = { _ in },
        onTrouble: @escaping @Sendable (SpoolError?) -> Void = { _ in }
    ) async throws(SpoolError) -> SpoolStore {
        let context = SpoolContext(
            files: files, limits: limits, disk: BlockingQueue("spool"), delivery: BlockingQueue("delivery"),
            elapsed: Self.elapsed(on: clock), wake: WakeSignal(), batchSize: batchSize, log: log,
            trouble: SpoolTrouble(folder: path, log: log, onChange: onTrouble))
        return try await context.disk.run { () throws(SpoolError) in
            try SpoolStore(path: path, context: context)
        }
    }

    private static func elapsed(on clock: some Clock<Duration>) -> @Sendable () -> Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }

    private init(path: String, context: SpoolContext) throws(SpoolError) {
        self.path = path
        self.context = context
        spools = Mutex([])
        kept = Mutex([])
        try makeFolders()
        do throws(FileError) {
            try readBack()
        } catch {
            throw SpoolError(folder: path, error)
        }
    }

    // MARK: Tasks

    /// Starts a run of a task, in a new folder.
    ///
    /// - Parameters:
    ///   - steps: the number of steps that the manager knows to be completed.
    ///   - onOutput: called with each output file of the task and its spool, on the thread that reports it.
    package func begin(
        _ task: SpooledTask, steps: Int = 0, onOutput: @escaping @Sendable (String, TaskSpool) -> Void = { _, _ in }
    ) async throws(SpoolError) -> TaskSpool {
        let spool = try await onDisk { () throws(FileError) in
            let name = self.freshName(for: task.id)
            let spool: TaskSpool
            do throws(FileError) {
                spool = try TaskSpool(
                    creating: task, name: name, in: self.tasks, steps: steps, context: self.context,
                    onOutput: onOutput)
            } catch {
                try? self.context.files.remove(self.tasks + "/" + name)
                throw error
            }
            self.spools.withLock { $0.append(spool) }
            return spool
        }
        context.disk.add(spool.saveNames)
        return spool
    }

    /// The tasks that are not completely delivered, including the running one, oldest first.
    package var undelivered: [TaskSpool] { spools.withLock { $0 } }

    /// Checks whether a task could be stored now, and retries to store what could not be stored before.
    ///
    /// - Throws: why no task should be accepted now; the next call may succeed.
    package func checkStorage() async throws(SpoolError) {
        let used = undelivered.reduce(0) { $0 + $1.storedBytes }
        if used > context.limits.undelivered {
            throw SpoolError(folder: path, reason: .limitReached(used: used, limit: context.limits.undelivered))
        }
        do throws(SpoolError) {
            try await context.disk.run { () throws(SpoolError) in try self.makeFolders() }
        } catch {
            context.trouble.failed(error)
            throw error
        }
        let free = try await onDisk { () throws(FileError) in
            for spool in self.undelivered { try spool.storeBacklog() }
            try self.context.files.probe(self.path + "/probe")
            return try self.context.files.freeBytes(at: self.path)
        }
        context.trouble.worked()
        let needed = context.limits.freeSpace
        if free < needed {
            throw SpoolError(folder: path, reason: .diskAlmostFull(free: free, needed: needed))
        }
    }

    /// Returns when the thread that writes for tasks has handled everything before this call.
    package func probe() async { await context.disk.run {} }

    /// Records that a spool is completely delivered: from now on it is only kept for inspection; blocks.
    package func markDelivered(_ spool: TaskSpool) {
        spools.withLock { spools in spools.removeAll { $0 === spool } }
        keep(KeptSpool(name: spool.name, bytes: spool.storedBytes, isRefused: spool.isRefused))
    }

    // MARK: Folders

    private func makeFolders() throws(SpoolError) {
        let files = context.files
        do throws(FileError) {
            try files.makeFolder(path)
            try files.makeFolder(tasks)
            if !SpoolVersion.isWritten(in: path, files: files) { try SpoolVersion.write(to: path, files: files) }
        } catch {
            throw SpoolError(folder: path, error)
        }
        try SpoolVersion.check(path, files: files)
    }

    private func readBack() throws(FileError) {
        var delivered: [KeptSpool] = []
        for name in try context.files.names(in: tasks) {
            newestTime.withLock { $0 = max($0, SpoolName.time(of: name) ?? 0) }
            let spool: TaskSpool?
            do throws(FileError) {
                if let kept = try KeptSpool(existing: name, in: tasks, files: context.files) {
                    delivered.append(kept)
                    continue
                }
                spool = try TaskSpool(existing: name, in: tasks, context: context)
            } catch {
                context.log(SpoolMessage(.error, "the spool of a task cannot be read and is skipped: \(error)"))
                continue
            }
            guard let spool else {
                try? context.files.remove(tasks + "/" + name)
                continue
            }
            spool.end(.interrupted(reason: "the agent was stopped or killed while this task ran"))
            spools.withLock { $0.append(spool) }
        }
        delivered.forEach(keep)
    }

    /// Returns a name that sorts after all others, even if the clock was set back.
    private func freshName(for taskID: String) -> String {
        let now = Int(Date.now.timeIntervalSince1970 * 1000)
        let time = newestTime.withLock { newest in
            newest = max(now, newest + 1)
            return newest
        }
        return SpoolName.of(taskID: taskID, at: time)
    }

    private func keep(_ spool: KeptSpool) {
        let surplus = kept.withLock { kept in
            kept.append(spool)
            return KeptSpool.takeSurplus(of: &kept, limits: context.limits)
        }
        for spool in surplus {
            do throws(FileError) {
                try context.files.remove(tasks + "/" + spool.name)
            } catch {
                context.log(SpoolMessage(.warning, "\(error)"))
            }
        }
    }

    private func onDisk<Value: Sendable>(
        _ body: @escaping @Sendable () throws(FileError) -> Value
    ) async throws(SpoolError) -> Value {
        do throws(FileError) {
            return try await context.disk.run(body)
        } catch {
            throw SpoolError(folder: path, error)
        }
    }
}
