/// What the API has at a method and path.
public enum RouteMatch: Hashable, Sendable {
    /// This operation, in this dialect, with the values of the variable segments in their order.
    case operation(Operation, in: APIDialect, arguments: [String])
    /// Something, but not with this method; with these.
    case otherMethods([String])
    /// Nothing.
    case nothing

    /// Looks up a request.
    ///
    /// A literal segment beats a variable one: `/api/jobs/types` is not the job named "types", whatever the method.
    ///
    /// - Parameters:
    ///   - segments: the segments of the path between its slashes, percent-decoded.
    ///   - dialects: those whose operations come into question.
    public init(method: String, segments: [String], dialects: [APIDialect] = APIDialect.allCases) {
        guard
            let path = Self.paths[segments.count]?.first(where: {
                dialects.contains($0.dialect) && $0.matches(segments)
            })
        else {
            self = .nothing
            return
        }
        if let operation = path.operations.first(where: { $0.method == method })?.operation {
            self = .operation(operation, in: path.dialect, arguments: path.variables.map { segments[$0] })
        } else {
            self = .otherMethods(path.operations.map(\.method))
        }
    }

    /// The paths of all operations by how many segments they have, those with fewer variable ones first.
    private static let paths: [Int: [Path]] = {
        let paths = APIDialect.allCases.flatMap { dialect in
            let operations = Operation.allCases.filter { $0.isPart(of: dialect) }
            return Dictionary(grouping: operations) { $0.route(in: dialect).template }.map { template, operations in
                Path(
                    dialect: dialect,
                    segments: template.split(separator: "/").map { $0.hasPrefix("{") ? nil : String($0) },
                    operations: operations.map { ($0.route(in: dialect).method, $0) }.sorted { $0.0 < $1.0 })
            }
        }
        return Dictionary(grouping: paths, by: \.segments.count)
            .mapValues { $0.sorted { $0.variables.count < $1.variables.count } }
    }()

    /// A path, and what can be done there.
    private struct Path {
        let dialect: APIDialect
        /// The segments; absent where anything may stand.
        let segments: [String?]
        /// Where anything may stand.
        let variables: [Int]
        /// What can be done, in the order of the methods.
        let operations: [(method: String, operation: Operation)]

        init(dialect: APIDialect, segments: [String?], operations: [(method: String, operation: Operation)]) {
            self.dialect = dialect
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
