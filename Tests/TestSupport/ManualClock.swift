/// A clock that stands still until a test turns it.
///
/// `advance(by:)` wakes the sleepers whose time has come, in the order of their times, and lets them run before the next
/// is woken as far as that can be seen from outside: a sleeper that goes back to sleep within the span is woken again.
public final class ManualClock: Clock, Sendable {
    /// A point in the time of a manual clock.
    public struct Instant: InstantProtocol {
        let offset: Duration

        /// See the requirement of the protocol.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        /// See the requirement of the protocol.
        public func duration(to other: Instant) -> Duration { other.offset - offset }
        /// See the requirement of the protocol.
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
    }

    private let state = Watched(State())

    /// A clock at its beginning.
    public init() {}

    /// The time that the clock shows.
    public var now: Instant { state.withLock(\.now) }

    /// The smallest step that it knows.
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// Sleeps until the clock is turned to `deadline`.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                enum Outcome { case due, cancelled, asleep }
                let outcome: Outcome = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .cancelled }
                    if deadline <= state.now { return .due }
                    state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
                    return .asleep
                }
                switch outcome {
                case .due: continuation.resume()
                case .cancelled: continuation.resume(throwing: CancellationError())
                case .asleep: break
                }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Waits until at least `count` callers are asleep, or the test is out of time.
    public func waitForSleepers(_ count: Int = 1) async { await state.wait { $0.sleepers.count >= count } }

    /// How long the callers that are asleep have yet to sleep, shortest first.
    public var pendingSleeps: [Duration] {
        state.withLock { state in state.sleepers.values.map { state.now.duration(to: $0.deadline) }.sorted() }
    }

    /// Turns the clock forward and wakes everyone whose time has come.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            due.keys.forEach { state.sleepers[$0] = nil }
            return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }.map(\.value)
        }
        due.forEach { $0.continuation.resume() }
    }
}
