public import FoundationEssentials

/// A request, as passed to a handler.
public struct HTTPRequest: Sendable {
    /// The method, for example `GET`.
    public var method: String
    /// The target as received, including the query.
    public var target: String {
        didSet { pathSegments = Self.pathSegments(of: target) }
    }
    /// The segments of the path, percent-decoded: `/tasks/a%2Fb` is `["tasks", "a/b"]`, `/` is `[]`, and a trailing
    /// slash adds an empty segment. `nil` if a segment is not percent-encoded UTF-8; such a request is answered with
    /// 400.
    public private(set) var pathSegments: [String]?
    /// The header fields.
    public var headers: HTTPHeaders
    /// The decoded body.
    public var body: Data
    /// The address of the other end, without its port.
    public var remoteAddress: String
    /// The address of this end, without its port.
    public var localAddress: String

    /// Creates a request.
    public init(
        method: String, target: String, headers: HTTPHeaders = HTTPHeaders(), body: Data = Data(),
        remoteAddress: String = "127.0.0.1", localAddress: String = "127.0.0.1"
    ) {
        self.method = method
        self.target = target
        pathSegments = Self.pathSegments(of: target)
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.localAddress = localAddress
    }
}

extension HTTPRequest {
    /// The path of the target as received, percent-encoded, without the query; `/` if it has none.
    public var path: String { String(Self.pathAndQuery(of: target).path) }

    private static func pathSegments(of target: String) -> [String]? {
        // On bytes, because every request passes here.
        let parts = pathAndQuery(of: target).path.utf8.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.count == 1, parts[0].isEmpty { return [] }
        var decoded: [String] = []
        decoded.reserveCapacity(parts.count)
        for part in parts {
            guard let text = percentDecoded(Substring(part)) else { return nil }
            decoded.append(text)
        }
        return decoded
    }

    /// The names and values of the query in order, decoded like forms: `+` is a space, and a name without `=` has an
    /// empty value. What is not percent-encoded UTF-8 is left unchanged.
    public var query: [(name: String, value: String)] {
        (Self.pathAndQuery(of: target).query ?? "").split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.formDecoded(parts[0]), parts.count > 1 ? Self.formDecoded(parts[1]) : "")
        }
    }

    // Handles all forms of a target (RFC 9112 §3.2): a path, a URL as sent to proxies, or the `*` of OPTIONS.
    private static func pathAndQuery(of target: String) -> (path: Substring, query: Substring?) {
        var rest = target[...]
        if !rest.hasPrefix("/"), let scheme = rest.firstRange(of: "://") {
            rest = rest[scheme.upperBound...]
            rest = rest[(rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex)...]
        }
        guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (rest.isEmpty ? "/" : rest, nil) }
        let path = rest[..<mark]
        return (path.isEmpty ? "/" : path, rest[rest.utf8.index(after: mark)...])
    }

    private static func formDecoded(_ text: Substring) -> String {
        percentDecoded(text, plusIsSpace: true) ?? String(text)
    }

    private static func percentDecoded(_ text: Substring, plusIsSpace: Bool = false) -> String? {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.utf8.count)
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = bytes.next()?.hexadecimalValue, let low = bytes.next()?.hexadecimalValue else {
                    return nil
                }
                decoded.append(UInt8(high << 4 | low))
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? .space : byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}

extension HTTPRequest {
    /// The user and password of an `Authorization: Basic` field (RFC 7617); `nil` if there is none, more than one,
    /// another scheme, or an invalid value. The password may contain colons, the user may not.
    public var basicCredentials: (user: String, password: String)? {
        let fields = headers.values(of: "Authorization")
        guard fields.count == 1 else { return nil }
        // On bytes, because every request of a worker passes here.
        let parts = fields[0].utf8.split(separator: .space).map { String(Substring($0)) }
        guard parts.count == 2, parts[0].equalsIgnoringCase("Basic"),
            let bytes = Data(base64Encoded: parts[1]),
            let text = String(validating: bytes, as: UTF8.self),
            let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        return (String(text[..<colon]), String(text[text.utf8.index(after: colon)...]))
    }
}
