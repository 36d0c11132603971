/// Says when it is time again, for reports that would come too often.
public struct Pace: Sendable {
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
