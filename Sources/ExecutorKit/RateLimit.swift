import Synchronization

/// Says when it is time again, for reports that would come too often.
public struct RateLimit: Sendable {
    private let interval: Duration
    private let time: @Sendable () -> Duration
    private var last: Duration?

    /// Not more often than every `interval`; the first time is due at once.
    public init(_ interval: Duration, clock: any Clock<Duration>) {
        self.interval = interval
        time = clock.stopwatch()
    }

    /// Whether it is time; if so, the next time is an interval later.
    public mutating func isDue() -> Bool {
        let now = time()
        if let last, now - last < interval { return false }
        last = now
        return true
    }
}

/// Activities that would come too often: one in each interval is shown, and the last one at the end.
public final class RateLimitedActivity: Sendable {
    private struct State {
        var limit: RateLimit
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
        var limit = RateLimit(interval, clock: context.clock)
        if skipsFirst { _ = limit.isDue() }
        state = Mutex(State(limit: limit, skipsFirst: skipsFirst))
        self.context = context
    }

    /// Shows an activity, or holds it back; the text is only made when it is shown.
    public func say(_ text: @escaping @Sendable () -> String) {
        let isDue = state.withLock { state in
            let isDue = state.limit.isDue()
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
