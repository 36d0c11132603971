public import ExecutorKit
import Synchronization

/// Keeps all that a command reports.
public final class RecordingReport: CommandReport {
    private struct Contents {
        var log: [UInt8] = []
        var activities: [String] = []
        var steps = 0
        var outputs: [String] = []
        var waiters: [(text: String, continuation: CheckedContinuation<Void, Never>)] = []

        var text: String { String(decoding: log, as: UTF8.self) }

        mutating func satisfiedWaiters() -> [CheckedContinuation<Void, Never>] {
            if waiters.isEmpty { return [] }
            let text = text
            let satisfied = waiters.filter { text.contains($0.text) }
            waiters.removeAll { text.contains($0.text) }
            return satisfied.map(\.continuation)
        }
    }

    private let contents = Mutex(Contents())

    /// A report without anything in it.
    public init() {}

    /// The whole log; what is not UTF-8 becomes U+FFFD.
    public var log: String { contents.withLock(\.text) }
    /// All activities, in order.
    public var activities: [String] { contents.withLock { $0.activities } }
    /// How many steps were completed.
    public var steps: Int { contents.withLock { $0.steps } }
    /// The paths of all files that were produced, in order.
    public var outputs: [String] { contents.withLock { $0.outputs } }

    /// Waits until this text is in the log.
    public func waitForLog(_ text: String) async {
        await withCheckedContinuation { continuation in
            let satisfied = contents.withLock { contents in
                contents.waiters.append((text, continuation))
                return contents.satisfiedWaiters()
            }
            satisfied.forEach { $0.resume() }
        }
    }

    /// See the requirement of the protocol.
    public func log(_ bytes: UnsafeRawBufferPointer) {
        let satisfied = contents.withLock { contents in
            contents.log += bytes
            return contents.satisfiedWaiters()
        }
        satisfied.forEach { $0.resume() }
    }
    /// See the requirement of the protocol.
    public func activity(_ text: String) { contents.withLock { $0.activities.append(text) } }
    /// See the requirement of the protocol.
    public func stepCompleted() { contents.withLock { $0.steps += 1 } }
    /// See the requirement of the protocol.
    public func outputProduced(_ path: String) { contents.withLock { $0.outputs.append(path) } }
}
