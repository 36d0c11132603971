/// A method and a path, whose variable segments are written `{name}`.
public struct Route: Hashable, Sendable {
    /// The HTTP method.
    public let method: String
    /// The path, as in `/api/jobs/{job_id}`.
    public let template: String

    /// A route.
    public init(_ method: String, _ template: String) {
        self.method = method
        self.template = template
    }

    /// The path with its variable segments filled in, in their order, percent-encoded (RFC 3986 §3.3).
    public func path(_ arguments: String...) -> String { path(arguments) }

    /// The path with its variable segments filled in, in their order, percent-encoded (RFC 3986 §3.3).
    public func path(_ arguments: [String]) -> String {
        var remaining = arguments[...]
        return template.split(separator: "/").reduce(into: "") { path, segment in
            path += "/"
            path += segment.hasPrefix("{") ? Self.encode(remaining.popFirst() ?? "") : String(segment)
        }
    }

    /// The values of the variable segments, when `segments` is a path of this route.
    public func arguments(matching segments: [String]) -> [String]? {
        let pattern = template.split(separator: "/")
        guard pattern.count == segments.count else { return nil }
        var arguments: [String] = []
        for (expected, segment) in zip(pattern, segments) {
            if expected.hasPrefix("{") {
                arguments.append(segment)
            } else if expected != segment {
                return nil
            }
        }
        return arguments
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
    /// - Parameter segments: the segments of the path between its slashes, percent-decoded.
    public init(method: String, segments: [String]) {
        let candidates = Operation.allCases.compactMap { operation in
            operation.route.arguments(matching: segments).map { (operation, $0) }
        }
        // A literal segment beats a variable one: `/api/jobs/types` is not the job named "types".
        let best = candidates.filter { $0.0.route.method == method }.min { $0.1.count < $1.1.count }
        if let best, best.1.count == candidates.map(\.1.count).min() || best.1.isEmpty {
            self = .operation(best.0, arguments: best.1)
        } else if candidates.isEmpty {
            self = .nothing
        } else {
            let fewest = candidates.map(\.1.count).min() ?? 0
            let methods = candidates.filter { $0.1.count == fewest }.map(\.0.route.method)
            self = .otherMethods(Array(Set(methods)).sorted())
        }
    }
}
