import System

/// The URL of a manager: scheme, host and port, and nothing else.
public struct ManagerURL: Hashable, Sendable, CustomStringConvertible {
    /// The URL without a trailing slash.
    public let description: String
    /// Whether the connection is unencrypted.
    public let isPlain: Bool
    /// The host, without brackets.
    public let host: String
    /// The port; the scheme's default if none is given.
    public let port: Int

    /// Parses a URL entered by a user.
    ///
    /// - Throws: ``ManagerURLError``, which describes the problem in one sentence.
    public init(_ text: String) throws(ManagerURLError) {
        // Neither this message nor any other must reveal a password, anywhere in the text.
        if let end = text.lastIndex(of: "@") {
            let scheme = text.firstRange(of: "://").map { text[..<$0.lowerBound] } ?? ""
            let isScheme = !scheme.isEmpty && scheme.allSatisfy { $0.isASCII && $0.isLetter }
            throw ManagerURLError(
                url: (isScheme ? "\(scheme)://" : "") + "…\(text[end...])", problem: "contains a user: remove it")
        }
        guard let separator = text.firstRange(of: "://") else {
            throw ManagerURLError(url: text, problem: "has no scheme: write http://\(text)")
        }
        let scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw ManagerURLError(url: text, problem: "has the scheme \"\(scheme)\": use http or https")
        }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let tail = rest.dropFirst(authority.count)
        guard tail.isEmpty || tail == "/" else {
            throw ManagerURLError(url: text, problem: "has \"\(tail)\" after the host: remove it")
        }
        let (host, port) = try Self.split(authority, of: text)
        guard !host.isEmpty,
            authority.hasPrefix("[") || host.allSatisfy({ $0.isLetter || $0.isNumber || ".-_".contains($0) })
        else {
            throw ManagerURLError(url: text, problem: "has no host: write http://host:8080")
        }
        if let port, !port.allSatisfy(\.isNumber) || UInt16(port) ?? 0 == 0 {
            throw ManagerURLError(url: text, problem: "has the port \"\(port)\", which is not a number from 1 to 65535")
        }
        description = "\(scheme)://\(authority)"
        isPlain = scheme == "http"
        self.host = String(host)
        self.port = port.flatMap { Int($0) } ?? (isPlain ? 80 : 443)
    }

    /// Whether the manager is on this machine: `localhost` (RFC 6761 §6.3), 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        let name = host.lowercased()
        return name == "localhost" || name.hasSuffix(".localhost") || name.isLoopbackAddress
    }

    private static func split(
        _ authority: Substring, of text: String
    ) throws(ManagerURLError) -> (host: Substring, port: Substring?) {
        // RFC 3986 §3.2.2: an IPv6 address is enclosed in brackets.
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else {
                throw ManagerURLError(url: text, problem: "has an IPv6 address without a closing \"]\"")
            }
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else {
                throw ManagerURLError(url: text, problem: "has \"\(rest)\" after its IPv6 address")
            }
            let address = authority[..<end].dropFirst()
            // RFC 6874: the network interface of the address follows "%".
            guard String(address.prefix { $0 != "%" }).isIPv6Address else {
                throw ManagerURLError(
                    url: text, problem: "has \"\(address)\" in brackets, which is not an IPv6 address")
            }
            return (address, rest.isEmpty ? nil : rest.dropFirst())
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2 else {
            throw ManagerURLError(
                url: text, problem: "has more than one \":\" in its host: write IPv6 addresses in brackets")
        }
        return (parts[0], parts.count == 2 ? parts[1] : nil)
    }
}

extension String {
    fileprivate var isIPv6Address: Bool {
        var address = in6_addr()
        return inet_pton(AF_INET6, self, &address) == 1
    }

    fileprivate var isLoopbackAddress: Bool {
        var short = in_addr()
        if inet_pton(AF_INET, self, &short) == 1 { return UInt32(bigEndian: short.s_addr) >> 24 == 127 }
        var long = in6_addr()
        guard inet_pton(AF_INET6, self, &long) == 1 else { return false }
        return withUnsafeBytes(of: &long) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
    }
}

/// Why the URL of a manager is invalid.
public struct ManagerURLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The URL as entered.
    public let url: String
    /// The problem.
    public let problem: String

    /// One sentence without a full stop.
    public var description: String { "the manager URL \"\(url)\" \(problem)" }
}
