import FileWork
package import FlamencoAPI
import HumanText
import Synchronization
import System

/// An update prepared from a spool.
package struct PreparedUpdate: Sendable {
    package var update: OutgoingUpdate
    /// The cursor after the manager has it.
    let next: DeliveryCursor
    /// The number of log bytes in it.
    package let logBytes: Int

    /// Whether nothing follows it.
    package var isLast: Bool { next.isClosed }
}

/// The sender's interface to a spool. Methods that read or write files block.
extension TaskSpool {
    /// What is waiting to be sent.
    package var waiting: WaitingUpdate { queue.withLock(\.waiting) }

    /// Whether nothing more of it is sent to the manager.
    package var isClosed: Bool { queue.withLock(\.cursor.isClosed) }

    /// Whether the manager refused the outcome.
    package var isRefused: Bool { queue.withLock(\.cursor.isRefused) }

    /// Records that the manager refuses the outcome, and returns it; nil if there is none that it could refuse.
    package func refuseOutcome() -> TaskStatus? { queue.withLock { $0.refuseOutcome() } }

    /// The number of unconfirmed bytes of its log.
    package var unconfirmedBytes: Int { queue.withLock(\.unconfirmedBytes) }

    /// Requests that everything stored now is sent immediately.
    package func want() -> DeliveryMark { queue.withLock { $0.want() } }

    /// Whether everything up to a mark was answered.
    package func isAnswered(_ mark: DeliveryMark) -> Bool { queue.withLock { $0.isAnswered(mark) } }

    /// Prepares the next update from at most `limit` bytes of the log; blocks.
    ///
    /// - Returns: nil if there is nothing to send yet.
    package func prepare(limit: Int) -> PreparedUpdate? {
        let (queue, plan) = queue.withLock { ($0, $0.plan(limit: limit)) }
        var text = LogText(after: queue.cursor.text, expecting: plan.range.count)
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

    /// Discards a prepared update; the next one starts at the same place.
    package func putBack() {
        queue.withLock { $0.putBack() }
    }

    /// Records that the manager has the update, or refuses it, and continues after it; blocks.
    package func confirm(_ prepared: PreparedUpdate) {
        queue.withLock { $0.confirm(upTo: prepared.next) }
        writeCursor()
    }

    /// The number of bytes read at a time: few enough to stay in the processor's cache until they are converted.
    private static let pieceSize = 64 << 10

    /// Reads a part of the log; returns the offset after the converted part.
    private func read(_ plan: DeliveryPlan, from segments: [LogSegment], into text: inout LogText) -> Int {
        let end = plan.range.upperBound
        // The last piece may be twice as long, so that there is a line end in it.
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(plan.range.count, 2 * Self.pieceSize), alignment: 16)
        defer { buffer.deallocate() }
        var offset = plan.range.lowerBound
        do throws(FileError) {
            while true {
                let wanted = end - offset <= buffer.count ? end - offset : Self.pieceSize
                let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
                let (start, count) = try segments.read(into: room, at: offset, files: context.files)
                if start > offset {
                    let limit = ByteCountText.text(context.limits.taskLog)
                    text.note(
                        "[\(ByteCountText.text(start - offset)) of output are left out here: "
                            + "the log of a task is limited to \(limit)]")
                    // What was read is read again, in order.
                    return start
                }
                guard count > 0 else {
                    text.note(
                        "[\(ByteCountText.text(end - offset)) of output are missing here: they are no longer on the disk]"
                    )
                    return end
                }
                let isLast = offset + count == end
                let piece = UnsafeRawBufferPointer(rebasing: room[..<count])
                let used = text.append(piece, rest: isLast ? plan.rest : .mayFollow)
                offset += used
                if isLast || used == 0 { return offset }
            }
        } catch {
            tell(.error, "\(error)")
            text.note("[\(ByteCountText.text(end - offset)) of output are missing here: \(error.problem)]")
            return end
        }
    }
}

/// An update of a task, ready to be sent (contract: `TaskUpdate`).
package struct OutgoingUpdate: Hashable, Sendable {
    /// The new state of the task.
    package var status: TaskStatus?
    /// A line about the current activity.
    package var activity: String?
    /// The number of completed steps; only for newer managers.
    package var stepsCompleted: Int?
    /// Log text: valid UTF-8; may be empty.
    package var log: [UInt8]

    package init(
        status: TaskStatus? = nil, activity: String? = nil, stepsCompleted: Int? = nil, log: [UInt8] = []
    ) {
        self.status = status
        self.activity = activity
        self.stepsCompleted = stepsCompleted
        self.log = log
    }

    /// Whether it reports a task that has not ended.
    package var saysRunning: Bool {
        switch status {
        case nil, .completed, .failed, .canceled: false
        default: true
        }
    }

    /// Whether it contains nothing.
    package var isEmpty: Bool { status == nil && activity == nil && stepsCompleted == nil && log.isEmpty }
}
