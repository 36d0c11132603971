/// How long to wait before trying again: exponential with full jitter, so that a thousand agents whose manager came back
/// do not knock all at once.
///
/// Each failure draws a delay evenly from zero to a ceiling that doubles from 0.5 s up to 60 s. A manager's `Retry-After`
/// is waited out in full, with a jittered delay on top.
package struct Backoff: Sendable {
    private let first: Duration
    private let longest: Duration
    private let fraction: @Sendable () -> Double
    private var ceiling: Duration

    /// A back-off before its first failure.
    ///
    /// - Parameter fraction: draws a number from 0 up to 1.
    package init(
        first: Duration = .milliseconds(500), longest: Duration = .seconds(60),
        fraction: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.first = first
        self.longest = longest
        self.fraction = fraction
        self.ceiling = first
    }

    /// The delay after one more failure.
    package mutating func next(retryAfter: Duration? = nil) -> Duration {
        let delay = ceiling * fraction()
        ceiling = min(ceiling * 2, longest)
        return delay + (retryAfter ?? .zero)
    }

    /// Begins anew, after a success.
    package mutating func reset() { ceiling = first }
}
