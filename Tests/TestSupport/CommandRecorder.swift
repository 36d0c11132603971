package import ExecutorKit

/// Keeps all that commands say.
public final class CommandRecorder: Sendable {
    private struct Contents {
        var log: [UInt8] = []
        var activities: [String] = []
        var steps = 0
        var outputs: [String] = []

        var text: String { String(decoding: log, as: UTF8.self) }
    }

    private let contents = Watched(Contents())

    /// A recorder without anything in it.
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

    /// Where commands have to say it.
    package var sink: CommandSink {
        CommandSink { [contents] event in
            switch event {
            case .log(let bytes):
                let bytes = Array(bytes)
                contents.withLock { $0.log += bytes }
            case .activity(let text): contents.withLock { $0.activities.append(text) }
            case .stepCompleted: contents.withLock { $0.steps += 1 }
            case .output(let path): contents.withLock { $0.outputs.append(path) }
            case .began, .progress: break
            }
        }
    }
}
