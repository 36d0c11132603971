import ExecutorKit
import Synchronization

/// Reports the progress of a long copy from time to time.
final class CopyProgress: Sendable {
    private let name: String
    private let activity: RateLimitedActivity
    private let copied = Atomic<Int64>(0)

    /// Creates the progress of a copy.
    init(of name: String, context: CommandContext) {
        self.name = name
        // Nothing is reported for short copies.
        activity = RateLimitedActivity(in: context, skipsFirst: true)
    }

    /// Adds copied bytes.
    func add(_ progress: FileProgress) {
        let copied = copied.add(progress.bytes, ordering: .relaxed).newValue
        activity.say { [name] in
            "copying \(name): \(copied >> 20)\(progress.total.map { " of \($0 >> 20)" } ?? "") MiB"
        }
    }

    /// Ends the report when the copy is complete, or has failed.
    func finish() { activity.finish() }
}
