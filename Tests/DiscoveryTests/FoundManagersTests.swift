import Discovery
import System
import Testing

@Suite("The managers that answered")
struct FoundManagersTests {
    private var found = FoundManagers()

    private func address(_ text: String) throws -> IPv4Address { try #require(IPv4Address(text)) }

    /// A host answers with these hosts and ports.
    private mutating func answer(from host: String, _ places: String...) throws {
        for place in places {
            let location = try ManagerLocation("http://\(place)/upnp/description.xml")
            found.add(
                UDPSocket.Datagram(
                    bytes: ManagerNotice.answer(location, software: "test/1"),
                    sender: UDPSocket.Peer(try address(host), port: 1900)))
        }
    }

    private var urls: [String] { found.managers.map(\.location.description) }

    @Test("are those that answer for their own addresses, each once, in order")
    mutating func own() throws {
        try answer(from: "10.0.0.9", "10.0.0.9:8080")
        for _ in 0..<3 { try answer(from: "10.0.0.2", "10.0.0.2:9000", "10.0.0.2:8080") }
        #expect(urls == ["http://10.0.0.2:8080", "http://10.0.0.2:9000", "http://10.0.0.9:8080"])
        #expect(found.claims.isEmpty && found.problems.isEmpty)
    }

    @Test("are not those of whom others speak, who do not answer themselves")
    mutating func liar() throws {
        try answer(from: "10.0.0.66", "10.0.0.1:8080", "manager.local:8080")
        #expect(urls == [])
        #expect(found.claims.map(\.location.description) == ["http://10.0.0.1:8080", "http://manager.local:8080"])
        #expect(found.claims.map(\.sender) == [try address("10.0.0.66"), try address("10.0.0.66")])
        // It changes nothing about the real one when that answers.
        try answer(from: "10.0.0.1", "10.0.0.1:8080")
        #expect(urls == ["http://10.0.0.1:8080"])
        #expect(found.claims.map(\.location.description) == ["http://manager.local:8080"])
    }

    @Test("with several addresses are one when each of these says so, and only then")
    mutating func severalAddresses() throws {
        try answer(from: "10.0.0.1", "10.0.0.1:8080", "172.17.0.1:8080", "[fd00::1]:8080")
        #expect(urls == ["http://10.0.0.1:8080"] && found.claims.isEmpty)
        try answer(from: "172.17.0.1", "172.17.0.1:8080", "10.0.0.1:8080")
        #expect(urls == ["http://10.0.0.1:8080"])
        #expect(found.managers[0].others.map(\.description) == ["http://172.17.0.1:8080"])
        // Who says that it is the same, unlike the other, is another.
        try answer(from: "10.0.0.66", "10.0.0.66:8080", "10.0.0.1:8080")
        #expect(urls == ["http://10.0.0.1:8080", "http://10.0.0.66:8080"])
    }

    @Test("do not hide behind noise: of each sender one sentence is kept, made visible, and of all senders eight")
    mutating func noise() throws {
        for host in 1...20 {
            for text in ["LOCATION: http://\u{202E}evil/", "x"] {
                found.add(
                    UDPSocket.Datagram(
                        bytes: message("HTTP/1.1 200 OK", "ST: \(text)"),
                        sender: UDPSocket.Peer(try address("10.0.0.\(host)"), port: 1900)))
            }
        }
        found.add(
            UDPSocket.Datagram(
                bytes: [1], isCut: true, sender: UDPSocket.Peer(try address("10.0.1.1"), port: 1900)))
        #expect(found.problems.count == 8)
        #expect(
            found.problems.first
                == "ignored an answer from 10.0.0.1: it is not about \"urn:flamenco:manager:0\"")
        try answer(from: "10.0.0.1", "10.0.0.1:8080")
        #expect(urls == ["http://10.0.0.1:8080"])
    }

    @Test("are limited, whoever makes up many", arguments: [true, false])
    mutating func flood(fromManyHosts: Bool) throws {
        for number in 1...100 {
            let host = fromManyHosts ? "10.0.0.\(number)" : "10.0.0.1"
            try answer(from: host, "\(host):\(8000 + number)")
        }
        #expect(urls.count == (fromManyHosts ? 64 : 16))
        #expect(found.problems.count == (fromManyHosts ? 8 : 1))
        #expect(
            found.problems[0].hasSuffix(fromManyHosts ? "64 senders are considered" : "16 addresses are considered"))
    }
}

@Suite("Answers that wait")
struct AnswerQueueTests {
    private let query: ManagerQuery
    private let address = IPv4Address(bits: 0x0A00_0001)

    init() throws { query = try #require(ManagerQuery(SSDPMessage(ManagerQuery.bytes(longestWait: 4)))) }

    @Test("come when their part of the longest wait is over, one for each who asks")
    func order() {
        var queue = AnswerQueue()
        #expect(queue.nextDue == nil)
        let (first, second) = (UDPSocket.Peer(address, port: 1), UDPSocket.Peer(address, port: 2))
        queue.add(query, from: first, interface: 2, at: .seconds(10), share: 0.5)
        queue.add(query, from: second, interface: 3, at: .seconds(10), share: 0.25)
        queue.add(query, from: first, interface: 2, at: .seconds(10), share: 0)
        #expect(queue.nextDue == .seconds(11))
        #expect(queue.takeDue(at: .seconds(10)).isEmpty)
        #expect(queue.takeDue(at: .seconds(11)).map(\.receiver) == [second])
        #expect(queue.takeDue(at: .seconds(13)).map(\.interface) == [2])
        #expect(queue.nextDue == nil)
        queue.add(query, from: first, interface: 2, at: .seconds(13), share: 7)
        #expect(queue.nextDue == .seconds(17))
    }

    @Test("are no more than 256, whoever asks")
    func limit() {
        var queue = AnswerQueue()
        for port in 1...1000 {
            queue.add(query, from: UDPSocket.Peer(address, port: UInt16(port)), interface: 2, at: .zero, share: 1)
        }
        #expect(queue.takeDue(at: .seconds(4)).count == 256)
    }
}
