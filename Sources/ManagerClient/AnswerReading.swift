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

/// Text that came from somewhere, as part of a message: one line, not too long, nothing that moves a cursor.
enum Excerpt {
    private static let longest = 200
    /// More than is shown, for white space goes.
    private static let mostRead = 8192
    /// No secret is longer.
    private static let longestSecret = 1024

    /// - Parameter conceal: takes secrets out, before anything is cut.
    static func line(_ text: String, _ conceal: (String) -> String) -> String {
        line(Data(text.utf8), conceal)
    }

    /// - Parameter conceal: takes secrets out, before anything is cut.
    static func line(_ bytes: Data, _ conceal: (String) -> String) -> String {
        let text = conceal(String(decoding: bytes.prefix(mostRead + longestSecret), as: UTF8.self))
        // What was cut off may have been the rest of a secret, whose beginning is at the end here.
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
