import HumanText

/// Tasks in a row that failed within seconds: a sign that this machine is broken rather than the tasks, so it should
/// not go through a farm's whole queue.
///
/// From the third failure on, the worker pauses, longer after each further one. A task that is completed, or fails only
/// after a while, ends the streak; one that was stopped from outside does not count.
package struct FailureStreak: Hashable, Sendable {
    /// A period in which no task is requested.
    package struct Pause: Hashable, Sendable {
        /// How many tasks failed.
        package let count: Int
        /// Why the last one failed.
        package let reason: String
        /// The length of the period.
        package let length: Duration
    }

    /// Failures within this time count.
    package static let quick = Duration.seconds(10)
    /// The number of failures that make a streak.
    package static let tolerated = 3
    static let firstPause = Duration.seconds(60)
    static let longestPause = Duration.seconds(600)

    private var count = 0
    private var pause: Pause?
    private var pauseEnd = Duration.zero

    package init() {}

    /// Records that a task failed.
    ///
    /// - Parameters:
    ///   - lasting: how long it ran.
    /// - time: the current time, since any fixed point.
    package mutating func failed(because reason: String, lasting: Duration, at time: Duration) {
        guard lasting < Self.quick else { return self = FailureStreak() }
        count += 1
        guard count >= Self.tolerated else { return }
        let length = pause.map { min($0.length * 2, Self.longestPause) } ?? Self.firstPause
        pause = Pause(count: count, reason: reason, length: length)
        pauseEnd = time + length
    }

    /// Records that a task was completed.
    package mutating func succeeded() { self = FailureStreak() }

    /// Returns the pause in effect at this time, since the same fixed point.
    package func pause(at time: Duration) -> Pause? { time < pauseEnd ? pause : nil }
}

extension FailureStreak.Pause: CustomStringConvertible {
    /// One sentence without a full stop.
    package var description: String {
        "\(count) tasks in a row failed within seconds; the next is requested after \(DurationText.text(length)); "
            + "last failure: \(reason)"
    }
}
