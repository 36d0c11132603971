import System
import TestSupport
import Testing

@Suite("Datagrams", .timeLimit(.minutes(1)))
struct UDPSocketTests {
    /// The loopback interface, which every machine has.
    private static let loopback: Int32 = 1
    private let own = IPv4Address(bits: 0x7F00_0001)

    /// A group of this machine alone, at a port that is free.
    private func freeGroup() throws -> UDPSocket.Peer {
        let group = IPv4Address(bits: 0xEFFF_4D00 | UInt32.random(in: 1...250))
        return UDPSocket.Peer(group, port: .random(in: 20000...30000))
    }

    private func next(_ socket: borrowing UDPSocket, atMost limit: Int = 100) throws -> UDPSocket.Datagram? {
        var list = PollList()
        list.add(socket, .input)
        _ = list.wait(atMost: .seconds(10))
        return try socket.receive(atMost: limit)
    }

    @Test("for a group come to each socket that joined it, with the sender and the interface")
    func group() throws {
        let group = try freeGroup()
        let first = try UDPSocket(receivingFrom: group)
        let second = try UDPSocket(receivingFrom: group)
        for _ in 0..<2 { try first.join(group.address, on: Self.loopback) }
        try second.join(group.address, on: Self.loopback)
        let sender = try UDPSocket()
        try sender.send(Array("hello".utf8), to: group, from: own, through: Self.loopback)
        let datagram = try #require(try next(first))
        #expect(datagram.bytes == Array("hello".utf8) && !datagram.isCut)
        #expect(datagram.sender.address == own && datagram.interface == Self.loopback)
        #expect(try next(second)?.bytes == Array("hello".utf8))
        #expect(try first.receive(atMost: 100) == nil, "one datagram comes once")

        try first.send(Array("answer".utf8), to: datagram.sender, from: own)
        let answer = try #require(try next(sender))
        #expect(answer.bytes == Array("answer".utf8) && answer.sender == UDPSocket.Peer(own, port: group.port))
    }

    @Test("that are longer than there is room for are cut, and say so; an empty one is one")
    func lengths() throws {
        let group = try freeGroup()
        let receiver = try UDPSocket(receivingFrom: group)
        try receiver.join(group.address, on: Self.loopback)
        let sender = try UDPSocket()
        for length in [60000, 100, 0] {
            try sender.send([UInt8](repeating: 7, count: length), to: group, from: own, through: Self.loopback)
        }
        let long = try #require(try next(receiver))
        #expect(long.bytes.count == 100 && long.isCut)
        let fitting = try #require(try next(receiver))
        #expect(fitting.bytes.count == 100 && !fitting.isCut)
        #expect(try next(receiver)?.bytes == [])
        #expect(try receiver.receive(atMost: 100) == nil)
    }

    @Test("for a group that only another socket of this machine joined do not come")
    func notJoined() throws {
        let group = try freeGroup()
        let outsider = try UDPSocket(receivingFrom: group)
        let member = try UDPSocket(receivingFrom: group)
        try member.join(group.address, on: Self.loopback)
        try UDPSocket().send([1], to: group, from: own, through: Self.loopback)
        #expect(try next(member)?.bytes == [1])
        #expect(try outsider.receive(atMost: 100) == nil)
    }

    @Test("cannot be sent from an address that this machine does not have")
    func foreignSource() throws {
        let socket = try UDPSocket()
        #expect(throws: SystemError.self) {
            try socket.send([1], to: UDPSocket.Peer(own, port: 9), from: IPv4Address(bits: 0xC000_0263))
        }
    }
}

@Suite("An IPv4 address")
struct IPv4AddressTests {
    @Test(
        "is four decimal numbers",
        arguments: [
            ("10.0.0.1", 0x0A00_0001), ("255.255.255.255", 0xFFFF_FFFF), ("10.0.0", nil), ("10.0.0.256", nil),
            ("10.0.0.1 ", nil), ("0x0a.0.0.1", nil), ("::1", nil), ("host", nil), ("", nil),
        ] as [(String, UInt32?)])
    func text(text: String, bits: UInt32?) {
        let address = IPv4Address(text)
        #expect(address?.bits == bits)
        if let address { #expect(address.description == text) }
    }

    @Test("is on the network of an interface, or not")
    func networks() throws {
        let address = try #require(IPv4Address("10.1.2.3"))
        let place = InterfaceAddress(name: "eth0", index: 2, address: address, prefixLength: 24)
        #expect(place.isOnNetwork(of: try #require(IPv4Address("10.1.2.250"))))
        #expect(!place.isOnNetwork(of: try #require(IPv4Address("10.1.3.3"))))
        let everything = InterfaceAddress(name: "eth0", index: 2, address: address, prefixLength: 0)
        #expect(everything.isOnNetwork(of: IPv4Address(bits: 0xC000_0201)))
    }

    @Test("of this machine is none of its loopback addresses")
    func own() throws {
        let places = try InterfaceAddress.all()
        #expect(places.allSatisfy { $0.address.bits >> 24 != 127 && $0.index > 1 && !$0.name.isEmpty })
    }
}
