import System

/// Header fields in order; names are case-insensitive (RFC 9110 §5.1).
public struct HTTPHeaders: Hashable, Sendable {
    private var fields: [Field] = []

    /// A header field.
    public struct Field: Hashable, Sendable {
        /// The name, with its original case.
        public var name: String
        /// The value, without surrounding white space.
        public var value: String
    }

    /// Creates an empty list.
    public init() {}

    /// Creates a list with these fields.
    public init(_ fields: KeyValuePairs<String, String>) {
        self.fields = fields.map { Field(name: $0.key, value: $0.value) }
    }

    /// The first field of this name; setting it replaces all fields of this name.
    public subscript(name: String) -> String? {
        get { fields.first { $0.name.equalsIgnoringCase(name) }?.value }
        set {
            fields.removeAll { $0.name.equalsIgnoringCase(name) }
            if let newValue { append(name, newValue) }
        }
    }

    /// Returns every value of this name, in order.
    public func values(of name: String) -> [String] {
        fields.filter { $0.name.equalsIgnoringCase(name) }.map(\.value)
    }

    /// Appends a field.
    public mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }
}

extension HTTPHeaders: Sequence {
    /// Iterates over the fields in order.
    public func makeIterator() -> IndexingIterator<[Field]> { fields.makeIterator() }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    /// Creates a list with these fields.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0.0, value: $0.1) }
    }
}

/// A host and port, as in `Host` and `Origin` (RFC 9110 §7.2, RFC 6454 §7).
public struct HTTPHost: Hashable, Sendable {
    /// The name or address in lower case, without brackets and without a trailing dot.
    public let name: String
    /// The port, if given.
    public let port: Int?

    /// Parses `name`, `name:port`, `192.0.2.1:port` or `[2001:db8::1]:port`.
    public init?(_ text: String) {
        var name = text[...]
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            name = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.firstIndex(of: ":") {
            name = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        if name.hasSuffix(".") { name = name.dropLast() }
        guard !name.isEmpty, name.utf8.allSatisfy({ $0.isAuthorityCharacter && $0 != UInt8(ascii: "@") }) else {
            return nil
        }
        self.name = String(name).lowercased()
        // `host:` is the same as `host` (RFC 3986 §3.2.3).
        if let port, !port.isEmpty {
            guard let number = UInt16(port) else { return nil }
            self.port = Int(number)
        } else {
            self.port = nil
        }
    }

    /// Parses an origin such as `http://name:port`; the scheme's default port counts as not given.
    public init?(origin: String) {
        let schemes = [("http://", 80), ("https://", 443)]
        guard let (scheme, port) = schemes.first(where: { origin.lowercased().hasPrefix($0.0) }),
            let host = HTTPHost(String(origin.dropFirst(scheme.count)))
        else { return nil }
        self = host.port == port ? host.withoutPort : host
    }

    /// The same host without its port.
    public var withoutPort: HTTPHost { HTTPHost(name: name, port: nil) }

    private init(name: String, port: Int?) {
        self.name = name
        self.port = port
    }

    /// Whether it is an IPv4 or IPv6 address.
    public var isAddress: Bool { name != "localhost" && SocketAddress(host: name, port: 0) != nil }

    /// Whether it is `localhost` or a loopback address.
    public var isLoopback: Bool {
        guard let host = SocketAddress(host: name, port: 0)?.host else { return false }
        return host.hasPrefix("127.") || host == "::1"
    }
}

extension HTTPRequest {
    /// The host of the request: that of its target if this is a URL, otherwise that of `Host` (RFC 9112 §3.2.2).
    public var host: String? {
        guard !target.hasPrefix("/"), let scheme = target.firstRange(of: "://") else { return headers["Host"] }
        return String(target[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" })
    }
}
