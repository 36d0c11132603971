import System

/// An address to listen on, as written by users: `127.0.0.1:8080`, `[::1]:8080`, or a port for this machine only.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// An address of this machine, or `localhost`; without brackets.
    public let host: String
    /// The port; 0 picks a free one.
    public let port: Int

    /// Parses an address; nil if it is invalid.
    public init?(_ text: String) {
        let separator = text.lastIndex(of: ":")
        let digits = separator.map { text[text.index(after: $0)...] } ?? text[...]
        guard let port = UInt16(digits) else { return nil }
        let host = separator.map { text[..<$0] } ?? "127.0.0.1"
        guard SocketAddress(host: String(host), port: port) != nil else { return nil }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host)
        self.port = Int(port)
    }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    /// The address as written by users.
    public var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
