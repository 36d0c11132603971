import Wording

/// The value of `body`, which is cancelled and left without one when it takes longer than `limit`.
///
/// - Throws: ``OutOfTime``, else what `body` throws.
func within<Value: Sendable>(
    _ limit: Duration, on clock: any Clock<Duration>, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await clock.sleep(for: limit)
            throw OutOfTime(limit: limit)
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}

/// Something took longer than it may.
struct OutOfTime: Error, CustomStringConvertible {
    let limit: Duration

    var description: String { "no answer within \(DurationText.words(limit))" }
}
