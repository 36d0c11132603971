import Dispatch
import FoundationEssentials
import Synchronization

/// Reading answers so that nobody has to wait for it who has something better to do.
enum AnswerReading {
    /// Below this a decoder is done sooner than a thread would be.
    static let smallSize = 64 << 10
    private static let queue = DispatchQueue(label: "answers")

    /// What `read` makes of `body`; of a large one on a thread outside of the cooperative pool.
    ///
    /// Cancellation ends the wait at once, and what is read then is thrown away.
    ///
    /// - Throws: what `read` throws, `CancellationError`.
    static func value<Value: Sendable>(
        in body: Data, _ read: @escaping @Sendable (Data) throws -> Value
    ) async throws -> Value {
        if body.count <= smallSize { return try read(body) }
        let wait = Wait<Value>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                wait.begin(continuation)
                queue.async { wait.end(Result { try read(body) }) }
                // A cancellation that came before found nobody who waits.
                if Task.isCancelled { wait.end(.failure(CancellationError())) }
            }
        } onCancel: {
            wait.end(.failure(CancellationError()))
        }
    }

    private final class Wait<Value: Sendable>: Sendable {
        private let continuation = Mutex<CheckedContinuation<Value, any Error>?>(nil)

        func begin(_ continuation: CheckedContinuation<Value, any Error>) {
            self.continuation.withLock { $0 = continuation }
        }

        /// The first end is the one that counts.
        func end(_ result: Result<Value, any Error>) {
            continuation.withLock { $0.take() }?.resume(with: result)
        }
    }
}
