import TestSupport
import Testing

@testable import HTTPServer

@Suite("Answers that go on", .timeLimit(.minutes(1)))
struct StreamTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    /// A server whose answers go on with this stream.
    private static func server(
        _ stream: HTTPStream, clock: some Clock<Duration> = ContinuousClock(),
        delivery: HTTPResponse.Delivery = .whole, status: Int = 200
    ) throws -> HTTPServer {
        try HTTPServer.start(clock: clock) { _ in
            var response = HTTPResponse(status: status, headers: ["Content-Type": "text/event-stream"])
            response.stream = stream
            response.delivery = delivery
            return response
        }
    }

    // MARK: The stream

    @Test("keeps what nobody takes up to its limit, then takes nothing more")
    func limit() {
        let stream = HTTPStream(limit: 10)
        #expect(stream.write("12345"))
        let taken = stream.take()
        #expect(taken.texts == ["12345"])
        #expect(taken.end == nil)
        // The connection has it now, and it waits there.
        #expect(stream.write("67890"))
        #expect(!stream.write("x"))
        #expect(stream.isClosed)
        #expect(stream.take().end == .overflowed)
        #expect(!stream.write(""))
    }

    @Test("has room again for what was sent")
    func room() {
        let stream = HTTPStream(limit: 10)
        #expect(stream.write("1234567890"))
        _ = stream.take()
        stream.queue(4)
        #expect(stream.write("123456"))
        #expect(!stream.write("7"))
    }

    @Test("takes nothing when its connection is gone")
    func gone() {
        let stream = HTTPStream()
        #expect(stream.write("a"))
        stream.cut()
        #expect(stream.isClosed)
        #expect(!stream.write("b"))
        #expect(stream.take().texts.isEmpty)
    }

    // MARK: The connection

    @Test("has no time limit, but says something when nothing else was said")
    func idle() {
        var state = ConnectionState(limits: HTTPLimits(), date: { "now" })
        state.receive(Self.get)
        _ = state.takeRequest()
        var response = HTTPResponse(status: 200)
        let stream = HTTPStream(every: .seconds(7))
        response.stream = stream
        state.answered(response)
        #expect(state.wait == .stream(.seconds(7)))
        #expect(state.sendAll() == "HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\n\r\n")
        state.ranOutOfTime()
        // Not twice, when the other end takes nothing.
        state.ranOutOfTime()
        #expect(state.sendAll() == ":\n\n")
        #expect(state.isStreaming)
        stream.write("a")
        state.takeStream()
        state.ranOutOfTime()
        #expect(state.sendAll() == "a")
        state.stop()
        #expect(state.isClosed)
    }

    @Test("sends what is written when it is written, and closes behind the end")
    func sends() async throws {
        let stream = HTTPStream()
        stream.write("early ")
        let server = try Self.server(stream)
        let client = try RawClient(server)
        await client.send(Self.get)
        let head = try await client.response()
        #expect(head.status == 200)
        #expect(head.headers["connection"] == "close")
        #expect(head.headers["content-length"] == nil)
        #expect(try await client.text(bytes: 6) == "early ")
        stream.write("one ")
        #expect(try await client.text(bytes: 4) == "one ")
        stream.write("two")
        stream.close()
        #expect(await client.rest() == "two")
        await server.stop()
    }

    @Test("outlasts the limits on requests, and speaks up every 15 s")
    func outlasts() async throws {
        let clock = ManualClock()
        let stream = HTTPStream()
        let server = try Self.server(stream, clock: clock)
        let client = try RawClient(server)
        await client.send(Self.get)
        _ = try await client.response()
        let comments = Task { (try? await client.text(bytes: 60)) ?? "" }
        #expect(await turning(clock, by: .seconds(15), until: comments) == String(repeating: ":\n\n", count: 20))
        #expect(!stream.isClosed)
        await server.stop()
    }

    @Test("is closed at once when the server stops")
    func stop() async throws {
        let stream = HTTPStream()
        let server = try Self.server(stream)
        let client = try RawClient(server)
        await client.send(Self.get)
        _ = try await client.response()
        await server.stop(within: .seconds(100_000))
        #expect(await client.rest() == "")
        #expect(stream.isClosed)
    }

    @Test("knows when its reader goes")
    func leaves() async throws {
        let stream = HTTPStream()
        let server = try Self.server(stream)
        let client = try RawClient(server)
        await client.send(Self.get)
        _ = try await client.response()
        client.close()
        try await until { stream.isClosed }
        #expect(!stream.write("a"))
        await server.stop()
    }

    @Test("is closed when its reader takes nothing, and others go on")
    func slowReader() async throws {
        let stream = HTTPStream()
        let server = try Self.server(stream)
        let client = try RawClient(server)
        await client.send(Self.get)
        _ = try await client.response()
        stream.write("first")
        #expect(try await client.text(bytes: 5) == "first")
        let piece = String(repeating: "x", count: 16 << 10)
        while stream.write(piece) { await Task.yield() }
        #expect(stream.isClosed)
        // However much of it was sent before: the connection ends.
        _ = await client.rest()
        let other = try RawClient(server)
        await other.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await other.response(hasBody: false).status == 200)
        await server.stop()
    }

    @Test(
        "is gone at once where no answer goes on",
        arguments: [
            ("HEAD", HTTPResponse.Delivery.whole, 200), ("GET", .never, 200), ("GET", .cutAfter(bytes: 3), 200),
            ("GET", .whole, 204),
        ])
    func noStream(method: String, delivery: HTTPResponse.Delivery, status: Int) async throws {
        let stream = HTTPStream()
        let server = try Self.server(stream, delivery: delivery, status: status)
        let client = try RawClient(server)
        await client.send("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n")
        try await until { stream.isClosed }
        #expect(stream.isClosed)
        await server.stop(within: .zero)
    }
}

@Suite("Hosts as requests name them")
struct HostTests {
    @Test(
        "name and port",
        arguments: [
            ("Example.ORG", "example.org", nil), ("example.org.:80", "example.org", 80), ("a:", "a", nil),
            ("[::1]:8080", "::1", 8080), ("[2001:db8::1]", "2001:db8::1", nil), ("127.0.0.1:65535", "127.0.0.1", 65535),
        ] as [(String, String, Int?)])
    func reads(text: String, name: String, port: Int?) throws {
        let host = try #require(HTTPHost(text))
        #expect(host.name == name)
        #expect(host.port == port)
    }

    @Test("what is none", arguments: ["", ":80", "a:b", "a:65536", "[::1", "[::1]x", "a/b", "a@b", ".", "a b"])
    func refuses(text: String) {
        #expect(HTTPHost(text) == nil)
    }

    @Test("an origin without the port that its scheme has anyway")
    func origins() {
        #expect(HTTPHost(origin: "http://a:80") == HTTPHost("a"))
        #expect(HTTPHost(origin: "HTTPS://A:443") == HTTPHost("a"))
        #expect(HTTPHost(origin: "https://a:80") == HTTPHost("a:80"))
        #expect(HTTPHost(origin: "null") == nil)
        #expect(HTTPHost(origin: "file://a") == nil)
    }

    @Test("which are addresses, and which only this machine has")
    func addresses() {
        let hosts = ["localhost", "127.8.9.1", "::1", "192.0.2.1", "example.org", "127.evil.example"]
        #expect(
            hosts.map { HTTPHost($0.contains("::") ? "[\($0)]" : $0)?.isLoopback } == [
                true, true, true, false, false, false,
            ])
        #expect(
            hosts.map { HTTPHost($0.contains("::") ? "[\($0)]" : $0)?.isAddress } == [
                false, true, true, true, false, false,
            ])
    }

    @Test("a target that is a URL counts before Host")
    func absoluteTarget() {
        let request = HTTPRequest(method: "GET", target: "http://a.example:1/x?y", headers: ["Host": "b"])
        #expect(request.host == "a.example:1")
        #expect(HTTPRequest(method: "GET", target: "/x://y", headers: ["Host": "b"]).host == "b")
    }
}
