import FileWork
package import FlamencoAPI
import FoundationEssentials
import Synchronization
import System

/// One run of a task on disk: everything that it reports, on the way to the manager.
///
/// A folder with `log` (the unchanged output), `events` (see ``SpoolEntry``) and `cursor` (what the manager has
/// confirmed). Its methods may be called from any thread. Those with which a task reports its progress write only to
/// the page cache. If nothing can be stored they still succeed: the log counts what is missing, and a status is kept in
/// memory and delivered from there.
package final class TaskSpool: Sendable {
    private struct Writer {
        var log: LogFile
        var events: EntryFile
        var number: Int
        var steps: Int
        /// Whether steps were completed in this run.
        var hasSteps = false
        var activity: String?
        var hasEnded: Bool
        /// Whether the names of the folder and of its files are on the disk, and not only in the page cache.
        var hasSavedNames = false
    }

    /// The task.
    package let task: SpooledTask
    /// The name of its folder, which is unique to this run of the task.
    package let name: String

    /// Its folder.
    package let folder: String
    let context: SpoolContext
    let queue: Mutex<DeliveryQueue>
    private let writer: Mutex<Writer>
    private let cursorFile: Mutex<CursorFile>
    private let onOutput: @Sendable (String, TaskSpool) -> Void

    /// Creates a new spool.
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

    /// Opens the spool of an earlier run of the agent; nil if that was killed before the task started.
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
        // Unknown how long it has been waiting, so it is due immediately.
        let queue = DeliveryQueue(
            cursor: cursor, entries: entries, log: log, hasEnded: hasEnded,
            at: context.elapsed() - .seconds(60))
        self.queue = Mutex(queue)
        writer = Mutex(
            Writer(
                log: log, events: events, number: entries.map(\.number).max() ?? 0,
                steps: entries.compactMap(\.steps).max() ?? 0, hasEnded: hasEnded))
    }

    /// Logs a message about this task for the operator of the node.
    func tell(_ level: SpoolMessage.Level, _ text: String) { context.log(SpoolMessage(level, text, about: task)) }

    // MARK: Reports of the task

    /// Appends bytes to the log, unchanged.
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

    /// Reports the current activity in one line.
    package func activity(_ text: String) { record(activity: text) }

    /// Counts a completed step.
    package func stepCompleted() {
        append { writer, entry in
            writer.steps += 1
            writer.hasSteps = true
            entry.steps = writer.steps
        }
    }

    /// Reports that an output file was written.
    package func outputProduced(_ path: String) {
        append { _, entry in entry.output = path }
        onOutput(path, self)
    }

    /// Reports the status or activity of the task, after all of the log so far. For its end, see ``finish(_:)``.
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

    /// Ends the spool, after everything that the task reported; later calls are ignored.
    ///
    /// When it returns, the outcome is on disk and will be delivered, even after a kill or a power loss. If it cannot
    /// be stored it is delivered from memory, and stored as soon as possible.
    package func finish(_ outcome: TaskOutcome) async {
        if outcome == .lost { return await abandon() }
        await context.disk.run { self.end(outcome) }
    }

    /// Drops everything queued for the manager, now and later; the files are kept.
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
                // Progress is not always stored, and the log may have failed nevertheless.
                if entry.isFirm { note(writer.log.lost?.why) }
            } catch {
                note(error)
                tell(.warning, "\(error)")
            }
            queue.withLock { $0.append(DeliveryQueue.Item(entry: entry), at: context.elapsed()) }
        }
        context.wake.notify()
    }

    /// Tracks whether storing succeeds.
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

    /// Like ``finish(_:)``; blocks.
    func end(_ outcome: TaskOutcome) {
        let last = writer.withLock { writer -> DeliveryQueue.Item? in
            if writer.hasEnded { return nil }
            writer.hasEnded = true
            let lines = outcome.line.map { appendLastLine($0, to: &writer.log) } ?? writer.log.flushLost()
            var entry = nextEntry(&writer)
            writer.number = entry.number
            entry.status = outcome.status
            entry.activity = outcome.line?.clipped
            // Entries with only a step count may not be on disk; this one will be.
            if writer.hasSteps { entry.steps = writer.steps }
            entry.ends = true
            _ = updateQueue(writer)
            return DeliveryQueue.Item(entry: entry, lines: lines)
        }
        guard let last else { return }
        // No other thread writes any more, so this may take its time; the lock protects the values, not the files.
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

    /// The number of log bytes on disk.
    package var storedBytes: Int { queue.withLock(\.segments).reduce(0) { $0 + $1.end - $1.start } }

    /// Stores what the manager has confirmed; blocks.
    func writeCursor() {
        let cursor = queue.withLock(\.cursor)
        // If this fails, one batch is sent twice, and only after a restart.
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
    /// Returned to the manager before it started, for this reason: another worker may run it.
    case givenBack(reason: String)
    /// Stopped from outside, for this reason: the manager assigns it again.
    case interrupted(reason: String)
    /// Stopped because the manager took it back, for this reason; what it has printed is delivered.
    case takenBack(reason: String)
    /// The task no longer belongs to this worker: nothing more of it is delivered.
    case lost

    /// Whether the task completed or failed.
    package var isFinal: Bool {
        switch self {
        case .completed, .failed: true
        case .givenBack, .interrupted, .takenBack, .lost: false
        }
    }

    /// Whether the run had no result: the worker or the manager gave up the task.
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
    /// One line of limited length.
    fileprivate var clipped: String {
        VisibleText.line(self, mostBytes: 4096)
    }
}
