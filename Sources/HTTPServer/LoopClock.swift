/// A clock as an event loop sees it: the time since it was made, and a way to be told when a time has come.
struct LoopClock: Sendable {
    /// The time since the clock was made.
    let now: @Sendable () -> Duration
    /// Sleeps until `now` would be this; throws when cancelled.
    let sleep: @Sendable (_ until: Duration) async throws -> Void

    init(_ clock: some Clock<Duration>) {
        let start = clock.now
        now = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }
}

/// Posts `.alarm` to an event queue at the earliest of the times that it is set to.
///
/// Deadlines that move on cost nothing: the alarm rings at the old time, and whoever hears it finds nothing to do and
/// sets it anew.
struct Alarm {
    private let clock: LoopClock
    private let events: EventQueue
    private var pending: (time: Duration, sleeper: Task<Void, Never>)?

    init(clock: LoopClock, events: EventQueue) {
        self.clock = clock
        self.events = events
    }

    /// Rings at `time` at the latest.
    mutating func set(_ time: Duration) {
        if let pending, pending.time <= time { return }
        cancel()
        let (clock, events) = (clock, events)
        pending = (
            time,
            Task {
                guard (try? await clock.sleep(time)) != nil else { return }
                events.post(.alarm)
            }
        )
    }

    /// Forgets what it was set to.
    mutating func cancel() {
        pending?.sleeper.cancel()
        pending = nil
    }
}
