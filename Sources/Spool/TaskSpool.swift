import FileWork
package import FlamencoAPI
import FoundationEssentials
import Synchronization
import System

/// One run of a task on disk: everything that it says on its way to the manager.
///
/// A folder with `log` (what was printed, as it was printed), `events` (what happened, see ``SpoolEntry``) and `cursor`
/// (what the manager has confirmed). Its methods may be called from any thread. Those by which a task tells
/// what it does write to the page cache and nothing else; when nothing can be stored they go on all the same: the log counts what is missing, and
/// a status is kept in memory and delivered from there.
package final class TaskSpool: Sendable {
    private struct Writer {
        var log: LogFile
        var events: EntryFile
        var number: Int
        var steps: Int
        /// Whether this run has done steps.
        var hasSteps = false
        var activity: String?
        var hasEnded: Bool
        /// Whether the names of the folder and of its files are on the disk, and not only in the page cache.
        var hasSavedNames = false
    }

    /// The task.
    package let task: SpooledTask
    /// The name of its folder, which stands for this run of the task alone.
    package let name: String

    /// Its folder.
    package let folder: String
    let context: SpoolContext
    let queue: Mutex<DeliveryQueue>
    private let writer: Mutex<Writer>
    private let cursorFile: Mutex<CursorFile>
    private let onOutput: @Sendable (String, TaskSpool) -> Void

    /// A fresh spool.
    init(
        creating task: SpooledTask, name: String, in parent: String, steps: Int,
        context: SpoolContext, onOutput: @escaping @Sendable (String, TaskSpool) -> Void
    ) throws(FileError) {
        let files = context.files
        let folder = parent + "/" + name
        try files.makeFolder(folder)
        let log = try LogFile(creatingIn: folder, limit: context.limits.taskLog, files: files)
        var cursor = CursorFile(path: folder + "/cursor", files: files)
        try cursor.create()
        var events = EntryFile(path: folder + "/events", files: files)
        let first = SpoolEntry(number: 1, offset: 0, time: Date.now.timeIntervalSince1970, task: task)
        try events.append(first)
        self.task = task
        self.name = name
        self.folder = folder
        self.context = context
        self.onOutput = onOutput
        cursorFile = Mutex(cursor)
        let queue = DeliveryQueue(
            cursor: DeliveryCursor(), entries: [first], log: log, hasEnded: false, at: context.elapsed())
        self.queue = Mutex(queue)
        writer = Mutex(Writer(log: log, events: events, number: 1, steps: steps, hasEnded: false))
    }

    /// The spool that an earlier run of the agent left; nil when it died before the task began.
    init?(existing name: String, in parent: String, context: SpoolContext) throws(FileError) {
        let files = context.files
        folder = parent + "/" + name
        self.name = name
        self.context = context
        onOutput = { _, _ in }
        var events = EntryFile(path: folder + "/events", files: files)
        var cursorFile = CursorFile(path: folder + "/cursor", files: files)
        guard files.size(of: folder + "/events") != nil else { return nil }
        let entries = try events.read()
        guard let task = entries.lazy.compactMap(\.task).first else { return nil }
        self.task = task
        let cursor = files.size(of: folder + "/cursor") == nil ? DeliveryCursor() : try cursorFile.read()
        self.cursorFile = Mutex(cursorFile)
        let log = try LogFile(existingIn: folder, limit: context.limits.taskLog, files: files)
        let hasEnded = entries.contains { $0.ends == true }
        // Nobody knows how long it has waited: for long.
        let queue = DeliveryQueue(
            cursor: cursor, entries: entries, log: log, hasEnded: hasEnded,
            at: context.elapsed() - .seconds(60))
        self.queue = Mutex(queue)
        writer = Mutex(
            Writer(
                log: log, events: events, number: entries.map(\.number).max() ?? 0,
                steps: entries.compactMap(\.steps).max() ?? 0, hasEnded: hasEnded))
    }

    /// Tells the operator of the node about this task.
    func tell(_ level: SpoolMessage.Level, _ text: String) { context.log(SpoolMessage(level, text, about: task)) }

    // MARK: What the task says

    /// Appends bytes to the log, as they are.
    package func log(_ bytes: UnsafeRawBufferPointer) {
        if bytes.isEmpty { return }
        let mustWake = writer.withLock { writer in
            if writer.hasEnded { return false }
            writer.log.append(bytes)
            note(writer.log.lost?.why)
            return updateQueue(writer)
        }
        if mustWake { context.wake.notify() }
    }

    /// Appends a line to the log.
    package func log(_ line: String) {
        var line = line + "\n"
        line.withUTF8 { log(UnsafeRawBufferPointer($0)) }
    }

    /// Says in one line what is happening now.
    package func activity(_ text: String) { record(activity: text) }

    /// Counts one more step.
    package func stepCompleted() {
        append { writer, entry in
            writer.steps += 1
            writer.hasSteps = true
            entry.steps = writer.steps
        }
    }

    /// Says that a file was written which people may want to see.
    package func outputProduced(_ path: String) {
        append { _, entry in entry.output = path }
        onOutput(path, self)
    }

    /// Says how the task goes on, with all of the log up to now before it. For its end, see ``finish(_:)``.
    package func record(status: TaskStatus? = nil, activity: String? = nil) {
        append { writer, entry in
            entry.status = status
            entry.activity = activity == writer.activity ? nil : activity?.clipped
            writer.activity = activity ?? writer.activity
        }
    }

    /// Saves the names of the folder and of its files: while the task runs, so that its end has to wait for less.
    ///
    /// Blocks. What does not work now is tried again at the end.
    func saveNames() {
        guard (try? synchroniseNames()) != nil else { return }
        writer.withLock { $0.hasSavedNames = true }
    }

    private func synchroniseNames() throws(FileError) {
        try context.files.synchroniseFolder(folder)
        try context.files.synchroniseFolder(folder + "/..")
    }

    /// Ends the spool, once everything that the task says was said; what comes later is ignored.
    ///
    /// When it returns, the outcome is on the disk and will be delivered, after a kill or a loss of power too. When it
    /// cannot be stored it is delivered from memory, and stored as soon as that works.
    package func finish(_ outcome: TaskOutcome) async {
        if outcome == .lost { return await abandon() }
        await context.disk.run { self.end(outcome) }
    }

    /// Drops everything that is queued for the manager, now and later; the files stay.
    package func abandon() async {
        queue.withLock { $0.close() }
        await context.disk.run { self.writeCursor() }
        context.wake.notify()
    }

    // MARK: Entries

    private func append(_ fill: (inout Writer, inout SpoolEntry) -> Void) {
        writer.withLock { writer in
            if writer.hasEnded { return }
            var entry = nextEntry(&writer)
            fill(&writer, &entry)
            guard entry.concernsManager || entry.output != nil else { return }
            writer.number = entry.number
            do throws(FileError) {
                try writer.events.append(entry)
                // Progress is not always stored, and the log may be in trouble all the same.
                if entry.isFirm { note(writer.log.lost?.why) }
            } catch {
                note(error)
                tell(.warning, "\(error)")
            }
            queue.withLock { $0.append(DeliveryQueue.Item(entry: entry), at: context.elapsed()) }
        }
        context.wake.notify()
    }

    /// Lets others know whether things can be stored.
    private func note(_ failure: FileError?) {
        if let failure { context.trouble.failed(failure) } else { context.trouble.worked() }
    }

    private func nextEntry(_ writer: inout Writer) -> SpoolEntry {
        SpoolEntry(number: writer.number + 1, offset: writer.log.end, time: Date.now.timeIntervalSince1970)
    }

    private func updateQueue(_ writer: borrowing Writer) -> Bool {
        queue.withLock {
            $0.update(from: writer.log, at: context.elapsed, usual: context.batchSize)
        }
    }

    // MARK: The end

    /// As ``finish(_:)``; blocks.
    func end(_ outcome: TaskOutcome) {
        let last = writer.withLock { writer -> DeliveryQueue.Item? in
            if writer.hasEnded { return nil }
            writer.hasEnded = true
            let lines = outcome.line.map { appendLastLine($0, to: &writer.log) } ?? writer.log.flushLost()
            var entry = nextEntry(&writer)
            writer.number = entry.number
            entry.status = outcome.status
            entry.activity = outcome.line?.clipped
            // Entries that only tell of steps may not be on the disk; this one will be.
            if writer.hasSteps { entry.steps = writer.steps }
            entry.ends = true
            _ = updateQueue(writer)
            return DeliveryQueue.Item(entry: entry, lines: lines)
        }
        guard let last else { return }
        // Nobody else writes any more, so this may take its time; the lock is held for the values, not for the files.
        var (log, events, hasSavedNames) = writer.withLock { ($0.log, $0.events, $0.hasSavedNames) }
        do throws(FileError) {
            try log.synchronise()
        } catch {
            tell(.warning, "\(error)")
        }
        do throws(FileError) {
            try events.append(last.entry)
            try events.synchronise()
            if !hasSavedNames || log.hasNewFiles { try synchroniseNames() }
        } catch {
            context.trouble.failed(error)
            tell(.error, "cannot store the outcome yet: \(error)")
        }
        log.close()
        if events.backlog.isEmpty { events.close() }
        writer.withLock { writer in
            writer.log = log
            writer.events = events
            _ = updateQueue(writer)
        }
        queue.withLock { $0.append(last, at: context.elapsed()) }
        context.wake.notify()
    }

    /// Appends a line of the agent; returns the lines that have to be delivered from memory.
    private func appendLastLine(_ line: String, to log: inout LogFile) -> [String] {
        let lost = log.lostNote.map { [$0] } ?? []
        let whole = Array((line + "\n").utf8)
        if lost.isEmpty && log.ends(with: whole) { return [] }
        let bytes = (log.isAtLineStart || !lost.isEmpty ? [] : [UInt8(ascii: "\n")]) + whole
        bytes.withUnsafeBytes { log.append($0) }
        return log.lost == nil ? [] : lost + [line]
    }

    /// Stores what could not be stored before; blocks.
    func storeBacklog() throws(FileError) {
        try writer.withLock { (writer) throws(FileError) in
            try writer.events.storeBacklog()
            if writer.hasEnded { writer.events.close() }
        }
    }

    /// How many bytes its log has on disk.
    package var storedBytes: Int { queue.withLock(\.segments).reduce(0) { $0 + $1.end - $1.start } }

    /// Stores how far the manager has confirmed; blocks.
    func writeCursor() {
        let cursor = queue.withLock(\.cursor)
        // One that cannot be stored costs a batch that is sent twice, after a restart only.
        do throws(FileError) {
            try cursorFile.withLock { (file) throws(FileError) in try file.write(cursor) }
        } catch {
            tell(.warning, "\(error)")
        }
    }
}

/// How a run of a task ended.
package enum TaskOutcome: Hashable, Sendable {
    case completed
    /// With the reason, which becomes the activity and the last line of the log.
    case failed(reason: String)
    /// Given back to the manager before it began, for this reason: somebody else may take it.
    case givenBack(reason: String)
    /// Stopped from outside, for this reason: the manager hands it out again.
    case interrupted(reason: String)
    /// Stopped since the manager took it back, for this reason; what there is of it is delivered.
    case takenBack(reason: String)
    /// The task is not this worker's any more: nothing more of it is delivered.
    case lost

    /// Whether the task came to an end of its own.
    package var isFinal: Bool {
        switch self {
        case .completed, .failed: true
        case .givenBack, .interrupted, .takenBack, .lost: false
        }
    }

    /// Whether this worker and the manager made nothing of it: one of them gave it away again.
    package var isVain: Bool {
        switch self {
        case .givenBack, .takenBack, .lost: true
        case .completed, .failed, .interrupted: false
        }
    }

    fileprivate var status: TaskStatus? {
        switch self {
        case .completed: .completed
        case .failed: .failed
        case .givenBack: .queued
        case .interrupted, .takenBack, .lost: nil
        }
    }

    fileprivate var line: String? {
        switch self {
        case .completed, .lost: nil
        case .failed(let reason): reason
        case .givenBack(let reason): "returned to the manager: \(reason)"
        case .interrupted(let reason), .takenBack(let reason): "interrupted: \(reason)"
        }
    }
}

extension String {
    /// One line of a length that people can read.
    fileprivate var clipped: String {
        VisibleText.line(self, mostBytes: 4096)
    }
}
