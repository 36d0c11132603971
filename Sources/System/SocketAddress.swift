import CPlatform

/// An IPv4 or IPv6 address with a port.
package struct SocketAddress: Sendable {
    private var storage: sockaddr_storage

    /// Creates the address written by `fill`, which receives a buffer and its size, as in `getsockname` and `accept`.
    init(_ fill: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Void) {
        storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { fill($0, &length) }
        }
    }

    /// Parses a literal address, IPv6 with or without brackets; `localhost` is 127.0.0.1. `nil` for anything else:
    /// names are not resolved.
    package init?(host: String, port: UInt16) {
        storage = sockaddr_storage()
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host, &four) == 1 {
            withUnsafeMutableBytes(of: &storage) {
                let address = $0.assumingMemoryBound(to: sockaddr_in.self)
                address[0].sin_family = sa_family_t(AF_INET)
                address[0].sin_port = port.bigEndian
                address[0].sin_addr = four
            }
        } else if inet_pton(AF_INET6, Self.withoutBrackets(host), &six) == 1 {
            withUnsafeMutableBytes(of: &storage) {
                let address = $0.assumingMemoryBound(to: sockaddr_in6.self)
                address[0].sin6_family = sa_family_t(AF_INET6)
                address[0].sin6_port = port.bigEndian
                address[0].sin6_addr = six
            }
        } else {
            return nil
        }
    }

    /// Resolves a literal or a name to its first address. Queries the network for a name, and takes as long as that
    /// does; `nil` if there is none.
    package init?(resolving host: String, port: UInt16) {
        if let literal = SocketAddress(host: host, port: port) {
            self = literal
            return
        }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        guard let first = list?.pointee, let found = first.ai_addr else { return nil }
        self.init { address, _ in
            UnsafeMutableRawPointer(address).copyMemory(from: found, byteCount: Int(first.ai_addrlen))
        }
    }

    package var family: Int32 { Int32(storage.ss_family) }

    package var port: UInt16 {
        withUnsafeBytes(of: storage) {
            family == AF_INET6
                ? $0.assumingMemoryBound(to: sockaddr_in6.self)[0].sin6_port.bigEndian
                : $0.assumingMemoryBound(to: sockaddr_in.self)[0].sin_port.bigEndian
        }
    }

    /// The address without the port. An IPv4-mapped IPv6 address is returned as IPv4.
    package var host: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        withUnsafeBytes(of: storage) {
            if family == AF_INET6 {
                var address = $0.assumingMemoryBound(to: sockaddr_in6.self)[0].sin6_addr
                _ = inet_ntop(family, &address, &text, socklen_t(text.count))
            } else {
                var address = $0.assumingMemoryBound(to: sockaddr_in.self)[0].sin_addr
                _ = inet_ntop(family, &address, &text, socklen_t(text.count))
            }
        }
        let host = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return host.hasPrefix("::ffff:") && host.contains(".") ? String(host.dropFirst(7)) : host
    }

    func withPointer<Result>(_ use: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        let size = family == AF_INET6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        return withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { use($0, socklen_t(size)) }
        }
    }

    private static func withoutBrackets(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}
