import Synchronization

/// Activities that would come too often: one in each interval is shown, and the last one at the end.
public final class PacedActivity: Sendable {
    private struct State {
        var pace: Pace
        let skipsFirst: Bool
        var hasShown = false
        var heldBack: (@Sendable () -> String)?
    }

    private let state: Mutex<State>
    private let context: CommandContext

    /// Activities of a command, not more often than every `interval`.
    ///
    /// - Parameter skipsFirst: whether the first interval passes without any, so that short work says nothing.
    public init(_ interval: Duration = .seconds(2), in context: CommandContext, skipsFirst: Bool = false) {
        var pace = Pace(interval, clock: context.clock)
        if skipsFirst { _ = pace.isDue() }
        state = Mutex(State(pace: pace, skipsFirst: skipsFirst))
        self.context = context
    }

    /// Shows an activity, or holds it back; the text is only made when it is shown.
    public func say(_ text: @escaping @Sendable () -> String) {
        let isDue = state.withLock { state in
            let isDue = state.pace.isDue()
            state.heldBack = isDue || !state.hasShown && state.skipsFirst ? nil : text
            state.hasShown = state.hasShown || isDue
            return isDue
        }
        if isDue { context.activity(text()) }
    }

    /// Shows the last one, if it was held back: the work has ended.
    public func finish() {
        let heldBack = state.withLock { state in
            defer { state.heldBack = nil }
            return state.heldBack
        }
        if let heldBack { context.activity(heldBack()) }
    }
}
