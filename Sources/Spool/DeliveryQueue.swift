import FlamencoAPI

/// What of a task's spool waits for the manager: the part of a ``TaskSpool`` that its writers and the sender share. It
/// lives in memory, so that looking at it never waits for a disk.
struct DeliveryQueue {
    /// More than so many activities and steps in a row are not worth sending: the newest stands for them.
    private static let mostProgress = 32

    /// An entry that the manager is told of.
    struct Item: Sendable {
        var entry: SpoolEntry
        /// Lines for the log that could not be stored in it.
        var lines: [String] = []
    }

    /// How much the manager has confirmed.
    var cursor: DeliveryCursor
    /// What it has not confirmed, in order.
    private(set) var items: [Item]
    private(set) var segments: [LogSegment]
    private(set) var hasEnded: Bool

    private var logEnd: Int
    private var generation = 0
    /// How much the sender has taken on, confirmed or not.
    private var taken: DeliveryMark
    /// How much there is nothing left to do about.
    private var answered: DeliveryMark
    private var wanted = DeliveryMark()
    private var newest: DeliveryMark
    private var since: Duration?
    private var isFull = false

    /// The queue of a spool that was read back, or of a fresh one.
    init(cursor: DeliveryCursor, entries: [SpoolEntry], log: LogFile, hasEnded: Bool, at now: Duration) {
        self.cursor = cursor
        // After a loss of power the log may be shorter than what the manager has.
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

    /// Learns of new bytes in the log.
    ///
    /// - Returns: whether the sender needs to know.
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

    /// Learns of a new entry.
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

    /// What waits.
    var waiting: WaitingUpdate {
        if cursor.isClosed { return WaitingUpdate(hasEnded: hasEnded) }
        let new = items.reversed().prefix { $0.entry.number > taken.entry }
        return WaitingUpdate(
            bytes: logEnd - taken.offset, since: since, hasNews: !new.isEmpty,
            isUrgent: new.contains { $0.entry.isFirm } || !taken.covers(wanted), hasEnded: hasEnded)
    }

    /// How many bytes of the log the manager has not confirmed.
    var unconfirmedBytes: Int { cursor.isClosed ? 0 : logEnd - cursor.offset }

    /// The next update's part of the log and the entries that may go with it.
    func plan(limit: Int) -> DeliveryPlan {
        DeliveryPlan(cursor: cursor, logEnd: logEnd, entries: items.lazy.map(\.entry), limit: limit)
    }

    /// The sender has taken on everything up to `next`, having looked at the log up to `seen`.
    mutating func take(upTo next: DeliveryCursor, seen: Int) {
        // An unfinished character stays behind; there is nothing to do about it until more comes.
        let offset = next == cursor ? seen : next.offset
        taken = DeliveryMark(offset: offset, entry: next.entry)
        if next == cursor { answered = taken }
        isFull = false
        if logEnd <= offset && items.last?.entry.number ?? 0 <= next.entry { since = nil }
    }

    /// The sender begins again behind what was confirmed.
    mutating func putBack() {
        taken = DeliveryMark(offset: cursor.offset, entry: cursor.entry)
        // It was due already.
        since = .seconds(-60)
    }

    /// The manager has everything up to `next`, or does not want it.
    mutating func confirm(upTo next: DeliveryCursor) {
        guard !cursor.isClosed else { return }
        let isRefused = cursor.isRefused
        cursor = next
        cursor.isRefused = isRefused
        items.removeAll { $0.entry.number <= next.entry }
        answered = DeliveryMark(offset: next.offset, entry: next.entry)
    }

    /// Takes note that the manager refuses the outcome, if that is still to be confirmed.
    ///
    /// - Returns: the outcome.
    mutating func refuseOutcome() -> TaskStatus? {
        guard !cursor.isClosed, let last = items.last?.entry, last.ends == true, let outcome = last.status else {
            return nil
        }
        cursor.isRefused = true
        return outcome
    }

    /// Asks for everything that is there now to be sent at once.
    mutating func want() -> DeliveryMark {
        wanted = newestForManager
        return wanted
    }

    /// Whether everything up to a mark is dealt with.
    func isAnswered(_ mark: DeliveryMark) -> Bool { cursor.isClosed || answered.covers(mark) }

    private var newestForManager: DeliveryMark {
        DeliveryMark(offset: newest.offset, entry: items.last?.entry.number ?? 0)
    }
}

/// A place in a spool.
package struct DeliveryMark: Hashable, Sendable {
    var offset = 0
    /// The number of an entry.
    var entry = 0

    func covers(_ other: DeliveryMark) -> Bool { offset >= other.offset && entry >= other.entry }
}

/// What of a task waits to be sent.
package struct WaitingUpdate: Hashable, Sendable {
    /// How many bytes of the log.
    package var bytes = 0
    /// Since when there is something; nil when nothing waits.
    package var since: Duration?
    /// An activity or steps wait too.
    package var hasNews = false
    /// A status waits, or the end of the task, or somebody waits for it.
    package var isUrgent = false
    /// Nothing will be added any more.
    package var hasEnded = false
}

/// What the next update of a task takes from its spool: which part of the log, and which entries at their place in it.
struct DeliveryPlan: Hashable, Sendable {
    /// The part of the log.
    let range: Range<Int>
    /// What comes behind that part.
    let rest: LogText.Rest

    /// Plans an update that takes at most `limit` bytes of the log: it reaches to the next firm entry, since that goes
    /// after all of the log before it and before all of the log behind it.
    init(cursor: DeliveryCursor, logEnd: Int, entries: some Sequence<SpoolEntry>, limit: Int) {
        let stop = entries.first(where: \.isFirm)?.offset
        let whole = max(cursor.offset, min(logEnd, stop ?? logEnd))
        let end = min(whole, cursor.offset + limit)
        range = cursor.offset..<end
        rest = end < whole ? .follows : stop == nil ? .mayFollow : .none
    }

    /// The entries that an update carries which takes the log up to `offset`.
    static func entries(_ entries: [SpoolEntry], upTo offset: Int) -> ArraySlice<SpoolEntry> {
        let reached = entries.prefix { $0.offset <= offset }
        guard let firm = reached.firstIndex(where: \.isFirm) else { return reached }
        return reached[...firm]
    }
}
