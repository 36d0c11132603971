/// When what is done to a process tree so that it ends: a value that knows no processes and no clock.
///
/// Told to stop: SIGTERM at once, SIGKILL after the grace period. Program ended by itself: half of the leftover time for the
/// rest to end as well, SIGTERM, the other half, SIGKILL. SIGKILL is repeated until there is nothing to kill.
struct StopLadder {
    /// What to do to all that is alive.
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
    /// Whether somebody asked for the end before the program had ended.
    private(set) var wasStopped = false
    /// Since when SIGKILL is being sent.
    private(set) var killingSince: Duration?

    init(gracePeriod: Duration, leftoverTime: Duration) {
        self.gracePeriod = gracePeriod
        self.leftoverTime = leftoverTime
    }

    /// When ``nextStep(at:)`` will have something to say, if nothing happens until then.
    var deadline: Duration? {
        switch phase {
        case .running: nil
        case .leftBehind(let terminateAt, _): terminateAt
        case .stopping(let killAt): killAt
        case .killing(let nextAt, _): nextAt
        }
    }

    /// Somebody wants the tree to end.
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

    /// There is no grace period any more, neither in the stop that is under way nor in one to come.
    mutating func skipGrace(at now: Duration) {
        gracePeriod = .zero
        if case .stopping = phase { phase = .stopping(killAt: now) }
    }

    /// The program itself has ended; others may not have.
    mutating func programEnded(at now: Duration) {
        guard phase == .running else { return }
        phase = .leftBehind(terminateAt: now + leftoverTime / 2, killAt: now + leftoverTime)
    }

    /// What is due.
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
