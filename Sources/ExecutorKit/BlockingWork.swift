import Foundation
import Synchronization

/// Work that waits for a disk or another device, on a thread of its own.
///
/// Swift's own threads are as many as the machine has cores; one that waits for a slow network disk would hold up the
/// whole agent.
public enum BlockingWork {
    /// Whether the work is still wanted.
    public final class Cancellation: Sendable {
        private let isCancelled = Atomic(false)

        /// Throws `CancellationError` once the work is no longer wanted; ask between steps that take long.
        public func check() throws {
            if isCancelled.load(ordering: .relaxed) { throw CancellationError() }
        }

        fileprivate func cancel() { isCancelled.store(true, ordering: .relaxed) }
    }

    /// Runs `work` on a thread of its own and gives its result.
    ///
    /// When the surrounding Swift task is cancelled, ``Cancellation/check()`` throws from then on. The work is always
    /// waited for, so nothing goes on behind the caller's back.
    public static func run<Result: Sendable>(
        _ work: @escaping @Sendable (Cancellation) throws -> Result
    ) async throws -> Result {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(with: Swift.Result { try work(cancellation) })
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }
}
