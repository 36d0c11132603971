import ExecutorKit
import Synchronization

/// Tells how a long copy gets on, now and then.
final class CopyProgress: Sendable {
    private struct State {
        var pace: Pace
        var copied: Int64 = 0
    }

    private let name: String
    private let context: CommandContext
    private let state: Mutex<State>

    /// The copy of something.
    init(of name: String, context: CommandContext) {
        self.name = name
        self.context = context
        var pace = Pace(.seconds(2), clock: context.clock)
        _ = pace.isDue()  // Short copies say nothing.
        state = Mutex(State(pace: pace))
    }

    /// So much more is copied.
    func add(_ progress: FileProgress) {
        let copied = state.withLock { state in
            state.copied += progress.bytes
            return state.pace.isDue() ? state.copied : nil
        }
        guard let copied else { return }
        let total = progress.total.map { " of \($0 >> 20)" } ?? ""
        context.activity("copying \(name): \(copied >> 20)\(total) MiB")
    }
}
