/// What the API has at a method and path.
public enum RouteMatch: Hashable, Sendable {
    /// This operation, with the values of the variable segments in their order.
    case operation(Operation, arguments: [String])
    /// Something, but not with this method; with these.
    case otherMethods([String])
    /// Nothing.
    case nothing

    /// Looks up a request.
    ///
    /// A literal segment beats a variable one: `/api/jobs/types` is not the job named "types", whatever the method.
    ///
    /// - Parameter segments: the segments of the path between its slashes, percent-decoded.
    public init(method: String, segments: [String]) {
        guard let path = Self.paths[segments.count]?.first(where: { $0.matches(segments) }) else {
            self = .nothing
            return
        }
        if let operation = path.operations.first(where: { $0.method == method })?.operation {
            self = .operation(operation, arguments: path.variables.map { segments[$0] })
        } else {
            self = .otherMethods(path.operations.map(\.method))
        }
    }

    /// The paths of all operations by how many segments they have, those with fewer variable ones first.
    private static let paths: [Int: [Path]] = {
        let byTemplate = Dictionary(grouping: Operation.allCases, by: \.route.template)
        let paths = byTemplate.map { template, operations in
            Path(
                segments: template.split(separator: "/").map { $0.hasPrefix("{") ? nil : String($0) },
                operations: operations.map { ($0.route.method, $0) }.sorted { $0.0 < $1.0 })
        }
        return Dictionary(grouping: paths, by: \.segments.count)
            .mapValues { $0.sorted { $0.variables.count < $1.variables.count } }
    }()

    /// A path, and what can be done there.
    private struct Path {
        /// The segments; absent where anything may stand.
        let segments: [String?]
        /// Where anything may stand.
        let variables: [Int]
        /// What can be done, in the order of the methods.
        let operations: [(method: String, operation: Operation)]

        init(segments: [String?], operations: [(method: String, operation: Operation)]) {
            self.segments = segments
            variables = segments.indices.filter { segments[$0] == nil }
            self.operations = operations
        }

        /// From the end, since all paths begin alike.
        func matches(_ path: [String]) -> Bool {
            segments.indices.reversed().allSatisfy { index in segments[index].map { $0 == path[index] } ?? true }
        }
    }
}
