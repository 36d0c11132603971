public import ExecutorKit

/// Keeps all that a command reports.
public final class RecordingReport: CommandReport {
    private struct Contents {
        var log: [UInt8] = []
        var activities: [String] = []
        var steps = 0
        var outputs: [String] = []

        var text: String { String(decoding: log, as: UTF8.self) }
    }

    private let contents = Watched(Contents())

    /// A report without anything in it.
    public init() {}

    /// The whole log; what is not UTF-8 becomes U+FFFD.
    public var log: String { contents.withLock(\.text) }
    /// The whole log in lines; the last is what follows the last line feed.
    public var lines: [String] { log.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    /// All activities, in order.
    public var activities: [String] { contents.withLock { $0.activities } }
    /// How many steps were completed.
    public var steps: Int { contents.withLock { $0.steps } }
    /// The paths of all files that were produced, in order.
    public var outputs: [String] { contents.withLock { $0.outputs } }

    /// Waits until this text is in the log, or the test is out of time.
    public func waitForLog(_ text: String) async { await contents.wait { $0.text.contains(text) } }

    /// See the requirement of the protocol.
    public func log(_ bytes: UnsafeRawBufferPointer) {
        let bytes = Array(bytes)
        contents.withLock { $0.log += bytes }
    }
    /// See the requirement of the protocol.
    public func activity(_ text: String) { contents.withLock { $0.activities.append(text) } }
    /// See the requirement of the protocol.
    public func stepCompleted() { contents.withLock { $0.steps += 1 } }
    /// See the requirement of the protocol.
    public func outputProduced(_ path: String) { contents.withLock { $0.outputs.append(path) } }
}
