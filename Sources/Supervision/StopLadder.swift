/// The schedule for ending a process tree: a value without processes or a clock.
///
/// When told to stop: SIGTERM immediately, SIGKILL after the grace period. When the program has ended by itself: half
/// of the leftover time for the rest to end as well, SIGTERM, the other half, SIGKILL. SIGKILL is repeated until there
/// is nothing left to kill.
struct StopLadder {
    /// The action on all living processes.
    enum Step: Equatable { case terminate, kill }

    private enum Phase: Equatable {
        case running
        case leftBehind(terminateAt: Duration, killAt: Duration)
        case stopping(killAt: Duration)
        case killing(nextAt: Duration, pause: Duration)
    }

    private var phase = Phase.running
    private var gracePeriod: Duration
    private let leftoverTime: Duration
    /// Whether stopping was requested before the program had ended.
    private(set) var wasStopped = false
    /// Since when SIGKILL is sent.
    private(set) var killingSince: Duration?

    init(gracePeriod: Duration, leftoverTime: Duration) {
        self.gracePeriod = gracePeriod
        self.leftoverTime = leftoverTime
    }

    /// When ``nextStep(at:)`` will return a step, unless something happens before.
    var deadline: Duration? {
        switch phase {
        case .running: nil
        case .leftBehind(let terminateAt, _): terminateAt
        case .stopping(let killAt): killAt
        case .killing(let nextAt, _): nextAt
        }
    }

    /// Handles a request to stop.
    mutating func stop(at now: Duration) -> Step? {
        switch phase {
        case .running:
            wasStopped = true
            phase = .stopping(killAt: now + gracePeriod)
            return .terminate
        case .leftBehind(_, let killAt):
            phase = .stopping(killAt: min(killAt, now + gracePeriod))
            return .terminate
        case .stopping, .killing: return nil
        }
    }

    /// Removes the grace period, of the current stop and of any later one.
    mutating func skipGrace(at now: Duration) {
        gracePeriod = .zero
        if case .stopping = phase { phase = .stopping(killAt: now) }
    }

    /// Records that the program itself has ended; other processes may not have.
    mutating func programEnded(at now: Duration) {
        guard phase == .running else { return }
        phase = .leftBehind(terminateAt: now + leftoverTime / 2, killAt: now + leftoverTime)
    }

    /// Returns the step that is due.
    mutating func nextStep(at now: Duration) -> Step? {
        switch phase {
        case .leftBehind(let terminateAt, let killAt) where terminateAt <= now:
            phase = .stopping(killAt: killAt)
            return .terminate
        case .stopping(let killAt) where killAt <= now:
            killingSince = now
            phase = .killing(nextAt: now + .milliseconds(2), pause: .milliseconds(4))
            return .kill
        case .killing(let nextAt, let pause) where nextAt <= now:
            phase = .killing(nextAt: now + pause, pause: min(pause * 2, .milliseconds(250)))
            return .kill
        default: return nil
        }
    }
}
