/// The clock of an event loop: the time since it was created, and sleeping.
struct LoopClock: Sendable {
    /// Returns the time since the clock was created.
    let now: @Sendable () -> Duration
    /// Sleeps until the given time; throws when cancelled.
    let sleep: @Sendable (_ until: Duration) async throws -> Void

    init(_ clock: some Clock<Duration>) {
        let start = clock.now
        now = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }
}

/// Posts `.alarm` to an event queue at the earliest time that was set.
///
/// Postponed deadlines cost nothing: the alarm is posted at the old time, and the loop finds nothing to do and sets it
/// again.
struct Alarm {
    private let clock: LoopClock
    private let events: EventQueue
    private var pending: (time: Duration, sleeper: Task<Void, Never>)?

    init(clock: LoopClock, events: EventQueue) {
        self.clock = clock
        self.events = events
    }

    /// Makes sure that the alarm is posted at `time` or earlier.
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

    /// Cancels the alarm.
    mutating func cancel() {
        pending?.sleeper.cancel()
        pending = nil
    }
}
