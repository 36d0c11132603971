import HumanText
import Synchronization
import System

/// Runs work that waits for a disk or another device on its own thread.
///
/// Swift has only as many threads as the machine has cores; one that waits for a slow network disk would block the
/// whole agent.
public enum BlockingWork {
    /// Whether the work is still wanted.
    public final class Cancellation: Sendable {
        private let state = Atomic(false)

        /// Whether the work is no longer wanted.
        package var isCancelled: Bool { state.load(ordering: .relaxed) }

        /// Throws `CancellationError` once the work is no longer wanted; call it between long steps.
        public func check() throws {
            if isCancelled { throw CancellationError() }
        }

        fileprivate func cancel() { state.store(true, ordering: .relaxed) }
    }

    /// How long cancelled work may take to return before its thread is abandoned.
    package static let patience = Duration.seconds(2)

    private static let abandonedWork = Mutex<[ObjectIdentifier: String]>([:])

    /// The actions of abandoned threads that have not returned: they wait for a disk that does not respond.
    package static var abandoned: [String] { abandonedWork.withLock { $0.values.sorted() } }

    /// Runs `work` on its own thread and returns its result.
    ///
    /// When the surrounding Swift task is cancelled, ``Cancellation/check()`` throws from then on. Work that does not
    /// return within two seconds of that is blocked in the kernel, where it cannot be interrupted: its thread is
    /// abandoned.
    public static func run<Result: Sendable>(
        _ work: @escaping @Sendable (Cancellation) throws -> Result
    ) async throws -> Result {
        try await run("wait for a disk", work)
    }

    /// Runs `work` like ``run(_:)``, with a time limit.
    ///
    /// - Parameters:
    ///   - action: the action, for use after "cannot": `look at /a/b`.
    ///   - limit: the time limit; if nil, none.
    ///   - patience: how long cancelled work may take to return.
    ///   - clock: the clock for the limit.
    ///   - stop: called when the work is cancelled, from any thread.
    /// - Throws: what `work` throws; `CancellationError`; ``CommandError`` after the limit, or if no thread can be
    ///   started.
    package static func run<Result: Sendable>(
        _ action: String, limit: Duration? = nil, patience: Duration = patience,
        clock: any Clock<Duration> = ContinuousClock(), stop: @escaping @Sendable () -> Void = {},
        _ work: @escaping @Sendable (Cancellation) throws -> Result
    ) async throws -> Result {
        let job = Job<Result>(action, patience: patience, stop: stop)
        return try await withTaskCancellationHandler {
            let timer = limit.map { limit in
                Task {
                    guard (try? await clock.sleep(for: limit)) != nil else { return }
                    job.end(because: CommandError("cannot \(action): stopped after \(DurationText.text(limit))"))
                }
            }
            defer { timer?.cancel() }
            return try await withCheckedThrowingContinuation { job.begin($0, work) }
        } onCancel: {
            job.end(because: CancellationError())
        }
    }

    /// Work on its thread, and its waiter.
    private final class Job<Result: Sendable>: Sendable {
        private struct State {
            var waiter: CheckedContinuation<Result, any Error>?
            /// Why it was cancelled.
            var reason: (any Error)?
            var isOver = false
        }

        private let action: String
        private let patience: Duration
        private let stop: @Sendable () -> Void
        private let cancellation = Cancellation()
        private let state = Mutex(State())

        init(_ action: String, patience: Duration, stop: @escaping @Sendable () -> Void) {
            self.action = action
            self.patience = patience
            self.stop = stop
        }

        func begin(
            _ waiter: CheckedContinuation<Result, any Error>,
            _ work: @escaping @Sendable (Cancellation) throws -> Result
        ) {
            let reason = state.withLock { state in
                if state.reason == nil { state.waiter = waiter }
                return state.reason
            }
            if let reason { return waiter.resume(throwing: reason) }
            do throws(SystemError) {
                try SystemThread.start("blocking work") { [self] in
                    finish(
                        Swift.Result {
                            try BlockingCalls.during(action, nil) { try work(cancellation) }
                        })
                }
            } catch {
                finish(.failure(CommandError("cannot \(action): no thread available: \(error)")))
            }
        }

        /// Records that the work has returned.
        private func finish(_ result: Swift.Result<Result, any Error>) {
            let (waiter, reason) = state.withLock { state in
                defer { (state.waiter, state.isOver) = (nil, true) }
                return (state.waiter, state.reason)
            }
            BlockingWork.abandonedWork.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(self)) }
            switch (result, reason) {
            // Work that noticed the end of its time reports a cancellation; the reason is more precise.
            case (.failure, let reason?): waiter?.resume(throwing: reason)
            default: waiter?.resume(with: result)
            }
        }

        /// Cancels the work, for this reason.
        func end(because reason: any Error) {
            let isNew = state.withLock { state in
                defer { state.reason = state.reason ?? reason }
                return state.reason == nil && !state.isOver
            }
            guard isNew else { return }
            cancellation.cancel()
            stop()
            Task { [self] in
                try? await ContinuousClock().sleep(for: patience)
                abandon()
            }
        }

        /// Abandons work that did not return: nobody waits for it any longer.
        private func abandon() {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                guard let waiter = state.waiter, let reason = state.reason, !state.isOver else {
                    return nil as (CheckedContinuation<Result, any Error>, any Error)?
                }
                // Within the lock, so that it cannot return before it is counted.
                BlockingWork.abandonedWork.withLock { $0[ObjectIdentifier(self)] = action }
                return (waiter, reason)
            }
            if let waiter { waiter.0.resume(throwing: waiter.1) }
        }
    }
}
