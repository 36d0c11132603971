public import ExecutorKit
import Synchronization

/// Keeps all that a command reports.
public final class RecordingReport: CommandReport {
    private struct Contents {
        var log: [UInt8] = []
        var activities: [String] = []
        var steps = 0
        var outputs: [String] = []
    }

    private let contents = Mutex(Contents())

    /// A report without anything in it.
    public init() {}

    /// The whole log; what is not UTF-8 becomes U+FFFD.
    public var log: String { contents.withLock { String(decoding: $0.log, as: UTF8.self) } }
    /// All activities, in order.
    public var activities: [String] { contents.withLock { $0.activities } }
    /// How many steps were completed.
    public var steps: Int { contents.withLock { $0.steps } }
    /// The paths of all files that were produced, in order.
    public var outputs: [String] { contents.withLock { $0.outputs } }

    /// See the requirement of the protocol.
    public func log(_ bytes: UnsafeRawBufferPointer) { contents.withLock { $0.log += bytes } }
    /// See the requirement of the protocol.
    public func activity(_ text: String) { contents.withLock { $0.activities.append(text) } }
    /// See the requirement of the protocol.
    public func stepCompleted() { contents.withLock { $0.steps += 1 } }
    /// See the requirement of the protocol.
    public func outputProduced(_ path: String) { contents.withLock { $0.outputs.append(path) } }
}
