import Dispatch

/// A thread for calls that block, so that they do not hold up the cooperative pool.
///
/// Calls run one after another, in the order in which they came.
package struct BlockingQueue: Sendable {
    private let queue: DispatchQueue

    /// A queue that shows up under this name in a debugger.
    package init(_ label: String) { queue = DispatchQueue(label: label) }

    /// Runs `body` on the queue and waits for it without blocking a thread.
    package func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(Failure) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
