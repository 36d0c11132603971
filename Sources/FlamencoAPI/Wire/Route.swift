/// A method and a path, whose variable segments are written `{name}`.
public struct Route: Hashable, Sendable {
    /// The HTTP method.
    public let method: String
    /// The path, for example `/api/jobs/{job_id}`.
    public let template: String

    /// Creates a route.
    public init(_ method: String, _ template: String) {
        self.method = method
        self.template = template
    }

    /// The names of the variable segments, in order.
    public var variables: [String] {
        template.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// Returns the path with its variable segments filled in, in order, percent-encoded (RFC 3986 §3.3).
    public func path(_ arguments: String...) -> String { path(arguments) }

    /// Returns the path with its variable segments filled in, in order, percent-encoded (RFC 3986 §3.3).
    public func path(_ arguments: [String]) -> String {
        var remaining = arguments[...]
        return template.split(separator: "/").reduce(into: "") { path, segment in
            path += "/"
            path += segment.hasPrefix("{") ? Self.encode(remaining.popFirst() ?? "") : String(segment)
        }
    }

    private static func encode(_ segment: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in segment.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The result of looking up a method and path.
public enum RouteMatch: Hashable, Sendable {
    /// This operation, in this dialect, with the values of the variable segments in order.
    case operation(Operation, in: APIDialect, arguments: [String])
    /// The path exists, but only with these methods.
    case otherMethods([String])
    /// The path does not exist.
    case nothing

    /// Looks up a request.
    ///
    /// A literal segment takes precedence over a variable one: `/api/jobs/types` is not the job named "types", whatever
    /// the method.
    ///
    /// - Parameters:
    ///   - segments: the segments of the path between its slashes, percent-decoded.
    ///   - dialects: the dialects to search.
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

    /// The paths of all operations by number of segments, those with fewer variable ones first.
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

    /// A path, and its operations.
    private struct Path {
        let dialect: APIDialect
        /// The segments; nil for variable ones.
        let segments: [String?]
        /// The indexes of variable segments.
        let variables: [Int]
        /// The operations, sorted by method.
        let operations: [(method: String, operation: Operation)]

        init(dialect: APIDialect, segments: [String?], operations: [(method: String, operation: Operation)]) {
            self.dialect = dialect
            self.segments = segments
            variables = segments.indices.filter { segments[$0] == nil }
            self.operations = operations
        }

        /// From the end, because all paths start alike.
        func matches(_ path: [String]) -> Bool {
            segments.indices.reversed().allSatisfy { index in segments[index].map { $0 == path[index] } ?? true }
        }
    }
}
