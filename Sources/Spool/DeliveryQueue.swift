import FlamencoAPI

/// The part of a ``TaskSpool`` that waits for delivery, shared by its writers and the sender. It is kept in memory, so
/// that access never waits for a disk.
struct DeliveryQueue {
    /// Of more activities and steps in a row than this, only the newest are sent.
    private static let mostProgress = 32

    /// An entry that is sent to the manager.
    struct Item: Sendable {
        var entry: SpoolEntry
        /// Lines for the log that could not be stored there.
        var lines: [String] = []
    }

    /// What the manager has confirmed.
    var cursor: DeliveryCursor
    /// What it has not confirmed, in order.
    private(set) var items: [Item]
    private(set) var segments: [LogSegment]
    private(set) var hasEnded: Bool

    private var logEnd: Int
    private var generation = 0
    /// What the sender has processed, confirmed or not.
    private var taken: DeliveryMark
    /// What needs no further processing.
    private var answered: DeliveryMark
    private var wanted = DeliveryMark()
    private var newest: DeliveryMark
    private var since: Duration?
    private var isFull = false

    /// Creates the queue of a spool that was read from disk, or of a new one.
    init(cursor: DeliveryCursor, entries: [SpoolEntry], log: LogFile, hasEnded: Bool, at now: Duration) {
        self.cursor = cursor
        // After a power loss, the log may be shorter than what the manager has.
        self.cursor.offset = min(cursor.offset, log.end)
        items = entries.filter { $0.number > cursor.entry && $0.concernsManager }.map { Item(entry: $0) }
        segments = log.segments
        logEnd = log.end
        self.hasEnded = hasEnded
        taken = DeliveryMark(offset: self.cursor.offset, entry: cursor.entry)
        answered = taken
        newest = DeliveryMark(offset: log.end, entry: entries.last?.number ?? 0)
        if logEnd > taken.offset || !items.isEmpty { since = now }
    }

    // MARK: For the writers

    /// Adds new bytes of the log.
    ///
    /// - Returns: whether the sender has to be woken.
    mutating func update(from log: LogFile, at now: () -> Duration, usual: Int) -> Bool {
        logEnd = log.end
        newest.offset = logEnd
        if log.generation != generation {
            generation = log.generation
            segments = log.segments
        } else if !segments.isEmpty {
            segments[segments.count - 1].end = logEnd
        }
        guard !cursor.isClosed, logEnd > taken.offset else { return false }
        if since == nil {
            since = now()
            return true
        }
        guard !isFull, logEnd - taken.offset >= usual else { return false }
        isFull = true
        return true
    }

    /// Adds a new entry.
    mutating func append(_ item: Item, at now: Duration) {
        newest.entry = item.entry.number
        if item.entry.ends == true { hasEnded = true }
        guard !cursor.isClosed, item.entry.concernsManager else { return }
        if since == nil { since = now }
        let progress = items.reversed().prefix { !$0.entry.isFirm && $0.entry.number > taken.entry }
        if !item.entry.isFirm, progress.count >= Self.mostProgress, let last = items.last?.entry {
            var merged = item
            merged.entry.activity = item.entry.activity ?? last.activity
            merged.entry.steps = item.entry.steps ?? last.steps
            items[items.count - 1] = merged
        } else {
            items.append(item)
        }
    }

    /// Drops everything, now and later.
    mutating func close() {
        cursor.isClosed = true
        items = []
        since = nil
    }

    // MARK: For the sender

    /// What is waiting.
    var waiting: WaitingUpdate {
        if cursor.isClosed { return WaitingUpdate(hasEnded: hasEnded) }
        let new = items.reversed().prefix { $0.entry.number > taken.entry }
        return WaitingUpdate(
            bytes: logEnd - taken.offset, since: since, hasNews: !new.isEmpty,
            isUrgent: new.contains { $0.entry.isFirm } || !taken.covers(wanted), hasEnded: hasEnded)
    }

    /// The number of unconfirmed bytes of the log.
    var unconfirmedBytes: Int { cursor.isClosed ? 0 : logEnd - cursor.offset }

    /// Returns the part of the log for the next update, and the entries that may be sent with it.
    func plan(limit: Int) -> DeliveryPlan {
        DeliveryPlan(cursor: cursor, logEnd: logEnd, entries: items.lazy.map(\.entry), limit: limit)
    }

    /// Records that the sender has processed everything up to `next`, with the log read up to `seen`.
    mutating func take(upTo next: DeliveryCursor, seen: Int) {
        // An unfinished character is left over until more bytes arrive.
        let offset = next == cursor ? seen : next.offset
        taken = DeliveryMark(offset: offset, entry: next.entry)
        if next == cursor { answered = taken }
        isFull = false
        if logEnd <= offset && items.last?.entry.number ?? 0 <= next.entry { since = nil }
    }

    /// Makes the sender start again after what was confirmed.
    mutating func putBack() {
        taken = DeliveryMark(offset: cursor.offset, entry: cursor.entry)
        // It was already due.
        since = .seconds(-60)
    }

    /// Records that the manager has everything up to `next`, or refuses it.
    mutating func confirm(upTo next: DeliveryCursor) {
        guard !cursor.isClosed else { return }
        let isRefused = cursor.isRefused
        cursor = next
        cursor.isRefused = isRefused
        items.removeAll { $0.entry.number <= next.entry }
        answered = DeliveryMark(offset: next.offset, entry: next.entry)
    }

    /// Records that the manager refuses the outcome, if it is still unconfirmed.
    ///
    /// - Returns: the outcome.
    mutating func refuseOutcome() -> TaskStatus? {
        guard !cursor.isClosed, let last = items.last?.entry, last.ends == true, let outcome = last.status else {
            return nil
        }
        cursor.isRefused = true
        return outcome
    }

    /// Requests that everything stored now is sent immediately.
    mutating func want() -> DeliveryMark {
        wanted = newestForManager
        return wanted
    }

    /// Whether everything up to a mark is processed.
    func isAnswered(_ mark: DeliveryMark) -> Bool { cursor.isClosed || answered.covers(mark) }

    private var newestForManager: DeliveryMark {
        DeliveryMark(offset: newest.offset, entry: items.last?.entry.number ?? 0)
    }
}

/// A position in a spool.
package struct DeliveryMark: Hashable, Sendable {
    var offset = 0
    /// The number of an entry.
    var entry = 0

    func covers(_ other: DeliveryMark) -> Bool { offset >= other.offset && entry >= other.entry }
}

/// What waits to be sent for a task.
package struct WaitingUpdate: Hashable, Sendable {
    /// The number of bytes of the log.
    package var bytes = 0
    /// Since when something waits; nil if nothing does.
    package var since: Duration?
    /// Whether an activity or steps are waiting too.
    package var hasNews = false
    /// Whether a status or the end of the task is waiting, or somebody waits for delivery.
    package var isUrgent = false
    /// Whether nothing more will be added.
    package var hasEnded = false
}

/// The content of a task's next update: the part of the log, and the entries within it.
struct DeliveryPlan: Hashable, Sendable {
    /// The part of the log.
    let range: Range<Int>
    /// What follows that part.
    let rest: LogText.Rest

    /// Plans an update with at most `limit` bytes of the log: it extends to the next firm entry, which is sent after
    /// all of the log before it and before all of the log after it.
    init(cursor: DeliveryCursor, logEnd: Int, entries: some Sequence<SpoolEntry>, limit: Int) {
        let stop = entries.first(where: \.isFirm)?.offset
        let whole = max(cursor.offset, min(logEnd, stop ?? logEnd))
        let end = min(whole, cursor.offset + limit)
        range = cursor.offset..<end
        rest = end < whole ? .follows : stop == nil ? .mayFollow : .none
    }

    /// Returns the entries for an update with the log up to `offset`.
    static func entries(_ entries: [SpoolEntry], upTo offset: Int) -> ArraySlice<SpoolEntry> {
        let reached = entries.prefix { $0.offset <= offset }
        guard let firm = reached.firstIndex(where: \.isFirm) else { return reached }
        return reached[...firm]
    }
}
