import CPlatform

/// A non-blocking socket for IPv4 datagrams, to single addresses and to groups; programs do not inherit it.
package struct UDPSocket: ~Copyable, Sendable, OpenDescriptor {
    /// The address of a sender or receiver.
    package struct Peer: Hashable, Sendable, CustomStringConvertible {
        package let address: IPv4Address
        package let port: UInt16

        package init(_ address: IPv4Address, port: UInt16) {
            self.address = address
            self.port = port
        }

        package var description: String { "\(address):\(port)" }
    }

    /// A received datagram.
    package struct Datagram: Sendable {
        /// Its bytes, as far as they fit.
        package let bytes: [UInt8]
        /// Whether it was truncated.
        package let isCut: Bool
        package let sender: Peer
        /// The index of the interface on which it was received.
        package let interface: Int32

        package init(bytes: [UInt8], isCut: Bool = false, sender: Peer, interface: Int32 = 0) {
            self.bytes = bytes
            self.isCut = isCut
            self.sender = sender
            self.interface = interface
        }
    }

    /// How many networks a multicast may pass: 1 does not leave the local one (UPnP Device Architecture 2.0 §1.1.2,
    /// which says 2).
    private static let hops: Int32 = 2

    private let descriptor: Descriptor

    package var number: Int32 { descriptor.number }

    /// Creates a socket on a free port, for sending to any address and receiving the answers.
    package init() throws(SystemError) {
        try self.init(boundTo: Peer(IPv4Address(bits: 0), port: 0), shared: false)
    }

    /// Creates a socket for datagrams to a group at a port, on the interfaces where it joins that group; other
    /// processes of this machine can do the same.
    package init(receivingFrom group: Peer) throws(SystemError) { try self.init(boundTo: group, shared: true) }

    private init(boundTo peer: Peer, shared: Bool) throws(SystemError) {
        descriptor = try Self.bound(to: peer, shared: shared)
    }

    private static func bound(to peer: Peer, shared: Bool) throws(SystemError) -> Descriptor {
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Descriptor(owning: try checked(socket(AF_INET, kind, 0)))
        let number = descriptor.number
        if shared {
            // For a group, each socket with this option receives each datagram (ip(7)).
            var yes: Int32 = 1
            try checked(
                setsockopt(
                    number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)))
        }
        try checked(platform_set_multicast_hops(number, hops))
        try checked(platform_take_joined_groups_only(number))
        try checked(platform_tell_interface(number))
        var address = sockaddr_in(peer)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, size) }
        }
        try checked(result)
        return descriptor
    }

    /// Joins a group on the network of an interface; joining again is not an error.
    package func join(_ group: IPv4Address, on interface: Int32) throws(SystemError) {
        do throws(SystemError) {
            try checked(platform_join_group(number, group.bits.bigEndian, interface))
        } catch {
            if error.number != EADDRINUSE { throw error }
        }
    }

    /// Sends a datagram from one of this machine's addresses.
    ///
    /// - Parameter interface: the index of the interface to send through, which a group needs; if nil, determined by
    ///   routing.
    package func send(
        _ bytes: [UInt8], to peer: Peer, from source: IPv4Address, through interface: Int32 = 0
    ) throws(SystemError) {
        var address = sockaddr_in(peer)
        try retrying {
            platform_send_datagram(number, bytes, bytes.count, &address, source.bits.bigEndian, interface)
        }
    }

    /// Returns the next datagram; nil if none is waiting.
    ///
    /// - Parameter limit: the maximum number of bytes to receive.
    package func receive(atMost limit: Int) throws(SystemError) -> Datagram? {
        var buffer = [UInt8](repeating: 0, count: limit)
        var sender = sockaddr_in()
        var interface: Int32 = 0
        do throws(SystemError) {
            let length = try retrying { platform_receive_datagram(number, &buffer, limit, &sender, &interface) }
            return Datagram(
                bytes: Array(buffer.prefix(length)), isCut: length > limit, sender: Peer(sender), interface: interface)
        } catch {
            if error.wouldBlock { return nil }
            throw error
        }
    }
}

extension sockaddr_in {
    fileprivate init(_ peer: UDPSocket.Peer) {
        self.init()
        sin_family = sa_family_t(AF_INET)
        sin_port = peer.port.bigEndian
        sin_addr = in_addr(s_addr: peer.address.bits.bigEndian)
    }
}

extension UDPSocket.Peer {
    fileprivate init(_ address: sockaddr_in) {
        self.init(
            IPv4Address(bits: UInt32(bigEndian: address.sin_addr.s_addr)), port: UInt16(bigEndian: address.sin_port))
    }
}
