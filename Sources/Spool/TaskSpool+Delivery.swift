import FileWork
package import FlamencoAPI
import HumanText
import Synchronization
import System

/// An update that was taken from a spool.
package struct PreparedUpdate: Sendable {
    package var update: OutgoingUpdate
    /// The cursor when the manager has it.
    let next: DeliveryCursor
    /// How many bytes of the log it takes.
    package let logBytes: Int

    /// Whether nothing comes after it.
    package var isLast: Bool { next.isClosed }
}

/// The sender's side of a spool. What reads or writes files blocks.
extension TaskSpool {
    /// What waits to be sent.
    package var waiting: WaitingUpdate { queue.withLock(\.waiting) }

    /// Whether nothing of it goes to the manager any more.
    package var isClosed: Bool { queue.withLock(\.cursor.isClosed) }

    /// Whether the manager refused the outcome.
    package var isRefused: Bool { queue.withLock(\.cursor.isRefused) }

    /// Takes note that the manager refuses the outcome; returns it, or nil when there is none that it could refuse.
    package func refuseOutcome() -> TaskStatus? { queue.withLock { $0.refuseOutcome() } }

    /// How many bytes of its log the manager has not confirmed.
    package var unconfirmedBytes: Int { queue.withLock(\.unconfirmedBytes) }

    /// Asks for all that is there now to be sent at once.
    package func want() -> DeliveryMark { queue.withLock { $0.want() } }

    /// Whether everything up to a mark got an answer.
    package func isAnswered(_ mark: DeliveryMark) -> Bool { queue.withLock { $0.isAnswered(mark) } }

    /// Makes the next update from at most `limit` bytes of the log; blocks.
    ///
    /// - Returns: nil when there is nothing to send yet.
    package func prepare(limit: Int) -> PreparedUpdate? {
        let (queue, plan) = queue.withLock { ($0, $0.plan(limit: limit)) }
        var text = LogText(after: queue.cursor.text)
        let offset = plan.range.isEmpty ? plan.range.upperBound : read(plan, from: queue.segments, into: &text)
        let entries = DeliveryPlan.entries(queue.items.map(\.entry), upTo: offset)
        queue.items.prefix(entries.count).flatMap(\.lines).forEach { text.note($0) }
        var next = DeliveryCursor(entry: entries.last?.number ?? queue.cursor.entry, offset: offset, text: text.state)
        next.isClosed = entries.last?.ends == true
        self.queue.withLock { $0.take(upTo: next, seen: plan.range.upperBound) }
        if next == queue.cursor { return nil }
        let update = OutgoingUpdate(
            status: entries.last?.status, activity: entries.lazy.compactMap(\.activity).last,
            stepsCompleted: entries.lazy.compactMap(\.steps).last, log: text.bytes)
        return PreparedUpdate(update: update, next: next, logBytes: offset - queue.cursor.offset)
    }

    /// Forgets an update that was prepared; the next one begins where it began.
    package func putBack() {
        queue.withLock { $0.putBack() }
    }

    /// The manager has the update, or does not want it: goes on behind it; blocks.
    package func confirm(_ prepared: PreparedUpdate) {
        queue.withLock { $0.confirm(upTo: prepared.next) }
        writeCursor()
    }

    /// Reads a part of the log; returns the offset behind what became text.
    private func read(_ plan: DeliveryPlan, from segments: [LogSegment], into text: inout LogText) -> Int {
        let range = plan.range
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 16)
        defer { buffer.deallocate() }
        do throws(FileError) {
            let (start, count) = try segments.read(into: buffer, at: range.lowerBound, files: context.files)
            if start > range.lowerBound {
                let limit = ByteCountText.text(context.limits.taskLog)
                text.note(
                    "[\(ByteCountText.text(start - range.lowerBound)) of output are left out here: "
                        + "the log of a task is limited to \(limit)]")
                // What was read is read again, in its place.
                return start
            }
            guard count > 0 else {
                text.note(
                    "[\(ByteCountText.text(range.count)) of output are missing here: they are no longer on the disk]")
                return range.upperBound
            }
            let rest = start + count < range.upperBound ? .follows : plan.rest
            return start + text.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]), rest: rest)
        } catch {
            tell(.error, "\(error)")
            text.note("[\(ByteCountText.text(range.count)) of output are missing here: \(error.problem)]")
            return range.upperBound
        }
    }
}

/// An update of a task, ready to be sent (contract: `TaskUpdate`).
package struct OutgoingUpdate: Hashable, Sendable {
    /// The new state of the task.
    package var status: TaskStatus?
    /// One line on what is happening now.
    package var activity: String?
    /// How many steps are done by now; only newer managers want to know.
    package var stepsCompleted: Int?
    /// Log text: valid UTF-8. Empty when there is none.
    package var log: [UInt8]

    package init(
        status: TaskStatus? = nil, activity: String? = nil, stepsCompleted: Int? = nil, log: [UInt8] = []
    ) {
        self.status = status
        self.activity = activity
        self.stepsCompleted = stepsCompleted
        self.log = log
    }

    /// Whether it says that a task has not come to its end.
    package var saysRunning: Bool {
        switch status {
        case nil, .completed, .failed, .canceled: false
        default: true
        }
    }

    /// Whether it says nothing.
    package var isEmpty: Bool { status == nil && activity == nil && stepsCompleted == nil && log.isEmpty }
}
