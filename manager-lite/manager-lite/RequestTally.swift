import FlamencoAPI
import HTTPServer
import Service
import Synchronization

/// Counts the requests for each operation: shows testers of a worker what it did.
final class RequestTally: Sendable {
    private enum Kind: Hashable {
        case operation(FlamencoAPI.Operation)
        case page
        case unknown

        var name: String {
            switch self {
            case .operation(let operation): operation.rawValue
            case .page: "page"
            case .unknown: "unknown"
            }
        }
    }

    private let counts = Mutex<[Kind: Int]>([:])

    /// Counts a request.
    func count(_ request: HTTPRequest) {
        let kind: Kind =
            if case .operation(let operation, _, _)? = request.pathSegments.map({
                RouteMatch(method: request.method, segments: $0)
            }) {
                .operation(operation)
            } else if Service.isOwn(request) {
                .page
            } else {
                .unknown
            }
        counts.withLock { $0[kind, default: 0] += 1 }
    }

    /// A line for each operation, the most frequent first.
    var lines: [String] {
        let counts = counts.withLock { $0 }.map { (name: $0.name, count: $1) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        let total = counts.reduce(0) { $0 + $1.count }
        return ["answered \(total) requests\(counts.isEmpty ? "" : ":")"] + counts.map { "\($0.count) \($0.name)" }
    }
}
