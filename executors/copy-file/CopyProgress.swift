import ExecutorKit
import Synchronization

/// Tells how a long copy gets on, now and then.
final class CopyProgress: Sendable {
    private let name: String
    private let activity: RateLimitedActivity
    private let copied = Atomic<Int64>(0)

    /// The copy of something.
    init(of name: String, context: CommandContext) {
        self.name = name
        // Short copies say nothing.
        activity = RateLimitedActivity(in: context, skipsFirst: true)
    }

    /// So much more is copied.
    func add(_ progress: FileProgress) {
        let copied = copied.add(progress.bytes, ordering: .relaxed).newValue
        activity.say { [name] in
            "copying \(name): \(copied >> 20)\(progress.total.map { " of \($0 >> 20)" } ?? "") MiB"
        }
    }

    /// The copy is made, or failed.
    func finish() { activity.finish() }
}
