/// How long a worker without work waits before it asks again: longer each time, with jitter, so that a farm's workers do
/// not ask in step (protocol of the contract: 1 s → 20 s).
package struct IdleWait: Sendable {
    private let longest: Duration
    private let fraction: @Sendable () -> Double
    private var wait: Duration

    private static let shortest = Duration.seconds(1)

    /// - Parameter fraction: draws a number from 0 up to 1.
    package init(longest: Duration, fraction: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }) {
        self.longest = longest
        self.fraction = fraction
        wait = min(Self.shortest, longest)
    }

    /// How long to wait now: within a tenth around the wait, which grows by half each time.
    package mutating func next() -> Duration {
        let drawn = wait * (0.9 + 0.2 * fraction())
        wait = min(wait * 1.5, longest)
        return drawn
    }

    /// Begins anew, after a task.
    package mutating func reset() { wait = min(Self.shortest, longest) }
}
