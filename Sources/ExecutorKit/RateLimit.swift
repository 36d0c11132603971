import Synchronization

/// Limits how often something is reported.
public struct RateLimit: Sendable {
    private let interval: Duration
    private let time: @Sendable () -> Duration
    private var last: Duration?

    /// Creates a limit of one report per `interval`; the first is due immediately.
    public init(_ interval: Duration, clock: any Clock<Duration>) {
        self.interval = interval
        time = clock.stopwatch()
    }

    /// Returns whether a report is due; if so, the next one is due an interval later.
    public mutating func isDue() -> Bool {
        let now = time()
        if let last, now - last < interval { return false }
        last = now
        return true
    }
}

/// Limits how often an activity is reported: once per interval, and the last one at the end.
public final class RateLimitedActivity: Sendable {
    private struct State {
        var limit: RateLimit
        let skipsFirst: Bool
        var hasShown = false
        var heldBack: (@Sendable () -> String)?
    }

    private let state: Mutex<State>
    private let context: CommandContext

    /// Creates a limit for activities of a command, of one per `interval`.
    ///
    /// - Parameter skipsFirst: whether nothing is reported in the first interval, so that short work has no activity.
    public init(_ interval: Duration = .seconds(2), in context: CommandContext, skipsFirst: Bool = false) {
        var limit = RateLimit(interval, clock: context.clock)
        if skipsFirst { _ = limit.isDue() }
        state = Mutex(State(limit: limit, skipsFirst: skipsFirst))
        self.context = context
    }

    /// Reports an activity, or holds it back; the text is only created when it is reported.
    public func say(_ text: @escaping @Sendable () -> String) {
        let isDue = state.withLock { state in
            let isDue = state.limit.isDue()
            state.heldBack = isDue || !state.hasShown && state.skipsFirst ? nil : text
            state.hasShown = state.hasShown || isDue
            return isDue
        }
        if isDue { context.activity(text()) }
    }

    /// Reports the last activity if it was held back, because the work has ended.
    public func finish() {
        let heldBack = state.withLock { state in
            defer { state.heldBack = nil }
            return state.heldBack
        }
        if let heldBack { context.activity(heldBack()) }
    }
}
