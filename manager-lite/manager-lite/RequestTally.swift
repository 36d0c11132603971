import FlamencoAPI
import HTTPServer
import Service
import Synchronization

/// How often each operation was asked for: shows somebody who tests a worker what it did.
final class RequestTally: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    /// Counts a request.
    func count(_ request: HTTPRequest) {
        let name =
            if case .operation(let operation, _, _)? = request.pathSegments.map({
                RouteMatch(method: request.method, segments: $0)
            }) {
                "\(operation)"
            } else if Service.isOwn(request) {
                "page"
            } else {
                "unknown"
            }
        counts.withLock { $0[name, default: 0] += 1 }
    }

    /// A line for each operation, the most frequent first.
    var lines: [String] {
        let counts = counts.withLock { $0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let total = counts.reduce(0) { $0 + $1.value }
        return ["answered \(total) requests\(counts.isEmpty ? "" : ":")"] + counts.map { "\($0.value) \($0.key)" }
    }
}
