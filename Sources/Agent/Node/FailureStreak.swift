import HumanText

/// Tasks in a row that failed within seconds: a sign that this machine is broken rather than the tasks, and that it should
/// not go through the whole queue of a farm.
///
/// From the third on, the worker pauses, for longer after each one that follows. A task that is completed, or fails only
/// after a while, ends the streak; one that was stopped from outside says nothing.
package struct FailureStreak: Hashable, Sendable {
    /// A time in which no task is taken.
    package struct Pause: Hashable, Sendable {
        /// How many tasks failed.
        package let count: Int
        /// Why the last one did.
        package let reason: String
        /// How long no task is taken.
        package let length: Duration
    }

    /// What takes no longer counts as failing within seconds.
    package static let quick = Duration.seconds(10)
    /// So many of them are a streak.
    package static let tolerated = 3
    static let firstPause = Duration.seconds(60)
    static let longestPause = Duration.seconds(600)

    private var count = 0
    private var pause: Pause?
    private var pauseEnd = Duration.zero

    package init() {}

    /// A task failed.
    ///
    /// - Parameters:
    ///   - lasting: how long it ran.
    ///   - time: the time now, since any fixed point.
    package mutating func failed(because reason: String, lasting: Duration, at time: Duration) {
        guard lasting < Self.quick else { return self = FailureStreak() }
        count += 1
        guard count >= Self.tolerated else { return }
        let length = pause.map { min($0.length * 2, Self.longestPause) } ?? Self.firstPause
        pause = Pause(count: count, reason: reason, length: length)
        pauseEnd = time + length
    }

    /// A task was completed.
    package mutating func succeeded() { self = FailureStreak() }

    /// The pause that is on at this time, since the same fixed point.
    package func pause(at time: Duration) -> Pause? { time < pauseEnd ? pause : nil }
}

extension FailureStreak.Pause: CustomStringConvertible {
    /// One sentence without a full stop.
    package var description: String {
        "\(count) tasks in a row failed within seconds; the next is requested after \(DurationText.text(length)); "
            + "last failure: \(reason)"
    }
}
