import HumanText
import Synchronization
import System

/// Work that waits for a disk or another device, on a thread of its own.
///
/// Swift's own threads are as many as the machine has cores; one that waits for a slow network disk would hold up the
/// whole agent.
public enum BlockingWork {
    /// Whether the work is still wanted.
    public final class Cancellation: Sendable {
        private let state = Atomic(false)

        /// Whether it is no longer wanted.
        package var isCancelled: Bool { state.load(ordering: .relaxed) }

        /// Throws `CancellationError` once the work is no longer wanted; ask between steps that take long.
        public func check() throws {
            if isCancelled { throw CancellationError() }
        }

        fileprivate func cancel() { state.store(true, ordering: .relaxed) }
    }

    /// How long work that is no longer wanted may take to notice, before its thread is abandoned.
    package static let patience = Duration.seconds(2)

    private static let abandonedWork = Mutex<[ObjectIdentifier: String]>([:])

    /// What the threads do that were abandoned and have not come back: they wait for a disk that does not answer.
    package static var abandoned: [String] { abandonedWork.withLock { $0.values.sorted() } }

    /// Runs `work` on a thread of its own and returns its result.
    ///
    /// When the surrounding Swift task is cancelled, ``Cancellation/check()`` throws from then on. Work that does not come
    /// back within two seconds of that waits in the kernel, where nothing reaches it: its thread is abandoned.
    public static func run<Result: Sendable>(
        _ work: @escaping @Sendable (Cancellation) throws -> Result
    ) async throws -> Result {
        try await run("wait for a disk", work)
    }

    /// Runs `work` as ``run(_:)`` does, for a limited time.
    ///
    /// - Parameters:
    ///   - action: what it does, behind “cannot”: `look at /a/b`.
    ///   - limit: how long it may take; forever when absent.
    ///   - patience: how long it may take to notice that it is no longer wanted.
    ///   - clock: measures the limit.
    ///   - stop: called when it is no longer wanted, from any thread.
    /// - Throws: what `work` throws; `CancellationError`; ``CommandError`` after the limit, or without a thread to be had.
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

    /// Work on its thread, and who waits for it.
    private final class Job<Result: Sendable>: Sendable {
        private struct State {
            var waiter: CheckedContinuation<Result, any Error>?
            /// Why it is no longer wanted.
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

        /// The work has come to its end.
        private func finish(_ result: Swift.Result<Result, any Error>) {
            let (waiter, reason) = state.withLock { state in
                defer { (state.waiter, state.isOver) = (nil, true) }
                return (state.waiter, state.reason)
            }
            BlockingWork.abandonedWork.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(self)) }
            switch (result, reason) {
            // Work that noticed the end of its time says that it was cancelled; why, the reason says.
            case (.failure, let reason?): waiter?.resume(throwing: reason)
            default: waiter?.resume(with: result)
            }
        }

        /// It is no longer wanted, for this reason.
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

        /// It did not come back: nobody waits for it any longer.
        private func abandon() {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                guard let waiter = state.waiter, let reason = state.reason, !state.isOver else {
                    return nil as (CheckedContinuation<Result, any Error>, any Error)?
                }
                // Within the lock, so that it cannot end before it is counted.
                BlockingWork.abandonedWork.withLock { $0[ObjectIdentifier(self)] = action }
                return (waiter, reason)
            }
            if let waiter { waiter.0.resume(throwing: waiter.1) }
        }
    }
}
