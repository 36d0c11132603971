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

    /// The names of the variable segments, in their order.
    public var variables: [String] {
        template.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
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
