import Synchronization

/// A value that many change, and for which some wait until it is as they need it.
final class Watched<Value: Sendable>: Sendable {
    private struct Waiter {
        let id: Int
        let holds: @Sendable (Value) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var value: Value
        var nextID = 0
        var waiters: [Waiter] = []

        mutating func takeWaiters(where isDone: (Waiter) -> Bool) -> [Waiter] {
            let done = waiters.filter(isDone)
            waiters.removeAll(where: isDone)
            return done
        }
    }

    private let state: Mutex<State>

    init(_ value: Value) { state = Mutex(State(value: value)) }

    /// Reads the value, or changes it and wakes who waited for that.
    func withLock<Result: Sendable, Failure: Error>(
        _ body: @Sendable (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let (result, served) = try state.withLock { state throws(Failure) -> (Result, [Waiter]) in
            let result = try body(&state.value)
            if state.waiters.isEmpty { return (result, []) }
            let value = state.value
            return (result, state.takeWaiters { $0.holds(value) })
        }
        served.forEach { $0.continuation.resume() }
        return result
    }

    /// Comes back when this holds, or when the test has been cancelled since it is out of time.
    func wait(until holds: @escaping @Sendable (Value) -> Bool) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // Asked with the lock held: a cancel that comes later finds the waiter.
                    if Task.isCancelled || holds(state.value) { return true }
                    state.waiters.append(Waiter(id: id, holds: holds, continuation: continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.takeWaiters { $0.id == id } }.forEach { $0.continuation.resume() }
        }
    }
}
