package import System

/// The location announced by a manager: scheme, host and port of a URL, whose path is that of its description.
package struct ManagerLocation: Hashable, Sendable, CustomStringConvertible {
    package let isEncrypted: Bool
    /// The host in lower case, with brackets around an IPv6 address.
    package let host: String
    package let port: UInt16

    private static let mostBytes = 512

    package init(_ address: IPv4Address, port: UInt16) {
        isEncrypted = false
        host = address.description
        self.port = port
    }

    /// Parses a URL from the network.
    ///
    /// - Throws: ``SSDPError``.
    package init(_ text: String) throws(SSDPError) {
        guard text.utf8.count <= Self.mostBytes, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw SSDPError(
                "its \"LOCATION\" has spaces, characters that are not ASCII, or more than \(Self.mostBytes) bytes")
        }
        let refusal = SSDPError("its \"LOCATION\" is \"\(text)\", which is not a URL such as http://10.0.0.1:8080/")
        guard let separator = text.firstRange(of: "://") else { throw refusal }
        switch text[..<separator.lowerBound].lowercased() {
        case "http": isEncrypted = false
        case "https": isEncrypted = true
        default: throw refusal
        }
        let authority = text[separator.upperBound...].prefix { !"/?#".contains($0) }.lowercased()
        guard
            let parts = authority.wholeMatch(
                of: #/(?<host>\[[0-9a-f:.]+(?:%25[0-9a-z]+)?\]|[0-9a-z.-]+)(?::(?<port>[0-9]{1,5}))?/#)
        else { throw refusal }
        guard let port = parts.port.map({ UInt16($0) }) ?? (isEncrypted ? 443 : 80), port > 0 else { throw refusal }
        host = String(parts.host)
        self.port = port
    }

    /// The address of the host; nil if it is a name, or not IPv4.
    package var address: IPv4Address? { IPv4Address(host) }

    /// The URL of the manager, with the port and without a path.
    package var description: String { "\(isEncrypted ? "https" : "http")://\(host):\(port)" }
}
