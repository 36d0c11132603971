import CPlatform

/// An IPv4 address.
package struct IPv4Address: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The address as a number, with its first part in the highest bits.
    package let bits: UInt32

    package init(bits: UInt32) { self.bits = bits }

    /// Parses an address of four decimal numbers (inet_pton(3)); nil for anything else.
    package init?(_ text: String) {
        var address = in_addr()
        guard inet_pton(AF_INET, text, &address) == 1 else { return nil }
        bits = UInt32(bigEndian: address.s_addr)
    }

    package var description: String {
        (0..<4).map { String(bits >> (24 - 8 * UInt32($0)) & 0xFF) }.joined(separator: ".")
    }

    package static func < (one: IPv4Address, other: IPv4Address) -> Bool { one.bits < other.bits }
}

/// An IPv4 address of this machine, on a network that supports multicast.
package struct InterfaceAddress: Hashable, Sendable {
    /// The name of the interface, for example `eth0`.
    package let name: String
    /// The index of the interface.
    package let index: Int32
    package let address: IPv4Address
    private let mask: UInt32

    package init(name: String, index: Int32, address: IPv4Address, prefixLength: Int) {
        self.init(name: name, index: index, address: address, mask: UInt32.max << UInt32(32 - prefixLength))
    }

    private init(name: String, index: Int32, address: IPv4Address, mask: UInt32) {
        self.name = name
        self.index = index
        self.address = address
        self.mask = mask
    }

    /// Whether another address is on the same network.
    package func isOnNetwork(of other: IPv4Address) -> Bool { (other.bits ^ address.bits) & mask == 0 }

    /// Returns all current addresses of interfaces that are up and support multicast, without the loopback interface.
    package static func all() throws(SystemError) -> [InterfaceAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        try checked(getifaddrs(&list))
        defer { freeifaddrs(list) }
        var found: [InterfaceAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard platform_takes_multicasts(entry.ifa_flags), let address = number(entry.ifa_addr),
                let mask = number(entry.ifa_netmask)
            else { continue }
            found.append(
                InterfaceAddress(
                    name: String(cString: entry.ifa_name), index: Int32(if_nametoindex(entry.ifa_name)),
                    address: IPv4Address(bits: address), mask: mask))
        }
        return found.filter { $0.index > 0 }
    }

    /// Returns the number of an address; nil if it is not IPv4.
    private static func number(_ address: UnsafeMutablePointer<sockaddr>?) -> UInt32? {
        guard let address, Int32(address.pointee.sa_family) == AF_INET else { return nil }
        return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
            UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
        }
    }
}
