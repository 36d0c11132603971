import HumanText

/// The delay before the next attempt: exponential with full jitter, so that a thousand agents do not send requests at
/// the same time when their manager comes back.
///
/// Each failure draws a delay evenly from zero to a ceiling that doubles from 0.5 s up to 60 s. A manager's `Retry-After`
/// is waited out in full, with a jittered delay on top.
package struct Backoff: Sendable {
    private let first: Duration
    private let longest: Duration
    private let fraction: @Sendable () -> Double
    private var ceiling: Duration

    /// Creates a back-off before the first failure.
    ///
    /// - Parameter fraction: returns a random number from 0 up to 1.
    package init(
        first: Duration = .milliseconds(500), longest: Duration = .seconds(60),
        fraction: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.first = first
        self.longest = longest
        self.fraction = fraction
        self.ceiling = first
    }

    /// Returns the delay after another failure.
    package mutating func next(retryAfter: Duration? = nil) -> Duration {
        let delay = ceiling * fraction()
        ceiling = min(ceiling * 2, longest)
        return delay + (retryAfter ?? .zero)
    }

    /// Starts again, after a success.
    package mutating func reset() { ceiling = first }
}

/// How long an idle worker waits before its next request: longer each time, with jitter, so that the workers of a farm
/// do not send requests in step (protocol of the contract: 1 s → 20 s).
package struct IdleWait: Sendable {
    private let longest: Duration
    private let fraction: @Sendable () -> Double
    private var wait: Duration

    private static let shortest = Duration.seconds(1)

    /// - Parameter fraction: returns a random number from 0 up to 1.
    package init(longest: Duration, fraction: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }) {
        self.longest = longest
        self.fraction = fraction
        wait = min(Self.shortest, longest)
    }

    /// Returns the next delay: within a tenth around the wait, which grows by half each time.
    package mutating func next() -> Duration {
        let drawn = wait * (0.9 + 0.2 * fraction())
        wait = min(wait * 1.5, longest)
        return drawn
    }

    /// Starts again, after a task.
    package mutating func reset() { wait = min(Self.shortest, longest) }
}

/// Runs `body`, which is cancelled and abandoned when it takes longer than `limit`.
///
/// - Throws: ``TimeoutError``, or what `body` throws.
func withTimeout<Value: Sendable>(
    _ limit: Duration, on clock: any Clock<Duration>, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await clock.sleep(for: limit)
            throw TimeoutError(limit: limit)
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}

/// An operation took longer than its limit.
struct TimeoutError: Error, CustomStringConvertible {
    let limit: Duration

    var description: String { "no answer within \(DurationText.text(limit))" }
}
