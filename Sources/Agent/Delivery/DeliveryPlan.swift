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
