import Dispatch
import FoundationEssentials
import Synchronization

/// Decodes answers without blocking other tasks.
enum AnswerReading {
    /// Below this size, decoding is faster than switching to a thread.
    static let smallSize = 64 << 10
    private static let queue = DispatchQueue(label: "answers")

    /// Returns the result of `read` for `body`; for a large one on a thread outside the cooperative pool.
    ///
    /// Cancellation ends the wait immediately, and the result is discarded.
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
                // A cancellation before this point found no waiter.
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

        /// Ends the wait; only the first call has an effect.
        func end(_ result: Result<Value, any Error>) {
            continuation.withLock { $0.take() }?.resume(with: result)
        }
    }
}

/// Text from outside in a message: one line of limited length, without control characters.
enum Excerpt {
    private static let longest = 200
    /// More than is shown, because white space is collapsed.
    private static let mostRead = 8192
    /// The maximum length of a secret.
    private static let longestSecret = 1024

    /// - Parameter conceal: replaces secrets, before anything is cut.
    static func line(_ text: String, _ conceal: (String) -> String) -> String {
        line(Data(text.utf8), conceal)
    }

    /// - Parameter conceal: replaces secrets, before anything is cut.
    static func line(_ bytes: Data, _ conceal: (String) -> String) -> String {
        let text = conceal(String(decoding: bytes.prefix(mostRead + longestSecret), as: UTF8.self))
        // The cut may be within a secret, so its beginning is removed here.
        let read = bytes.count > mostRead + longestSecret ? text.utf8.dropLast(longestSecret) : text.utf8[...]
        let words = String(decoding: read, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        let line = words.joined(separator: " ")
        let visible = String(String.UnicodeScalarView(line.unicodeScalars.filter { !isControl($0) }))
        return visible.count > longest ? visible.prefix(longest - 1) + "…" : visible
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
