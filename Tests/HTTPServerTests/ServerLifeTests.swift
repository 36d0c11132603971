import FoundationEssentials
import Synchronization
import System
import TestSupport
import Testing

@testable import HTTPServer

@Suite("The server's life", .timeLimit(.minutes(1)))
struct ServerLifeTests {
    fileprivate static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    // MARK: Starting

    @Test(
        "says why it cannot listen",
        arguments: [
            (
                "localhost:80", 0, .notAnAddress,
                "cannot listen on localhost:80:0: the host must be an IPv4 or IPv6 address, or localhost"
            ),
            (
                "example.org", 80, .notAnAddress,
                "cannot listen on example.org:80: the host must be an IPv4 or IPv6 address, or localhost"
            ),
            ("", 80, .notAnAddress, "cannot listen on :80: the host must be an IPv4 or IPv6 address, or localhost"),
            ("127.0.0.1", 65536, .notAPort, "cannot listen on 127.0.0.1:65536: the port must be 0 to 65535"),
            ("::1", -1, .notAPort, "cannot listen on [::1]:-1: the port must be 0 to 65535"),
            ("192.0.2.1", 0, .addressNotAvailable, "cannot listen on 192.0.2.1:0: this machine has no such address"),
        ] as [(String, Int, HTTPServerError.Reason, String)])
    func cannotListen(host: String, port: Int, reason: HTTPServerError.Reason, description: String) throws {
        let error = try #require(throws: HTTPServerError.self) {
            _ = try HTTPServer.start(host: host, port: port, handler: echo)
        }
        #expect(error.reason == reason)
        if !host.contains(":80") { #expect(error.description == description) }
    }

    @Test("says that the address is in use, and takes it when it is free again, though clients were connected")
    func addressInUse() async throws {
        let first = try HTTPServer.start(handler: echo)
        let client = try RawClient(first)
        await client.send(Self.get)
        _ = try await client.response()
        let error = try #require(throws: HTTPServerError.self) {
            _ = try HTTPServer.start(port: first.port, handler: echo)
        }
        #expect(error.reason == .addressInUse)
        #expect(error.description == "cannot listen on 127.0.0.1:\(first.port): address already in use")
        await first.stop()
        let second = try HTTPServer.start(port: first.port, handler: echo)
        #expect(second.port == first.port)
    }

    // MARK: Stopping

    @Test("a stop closes idle connections, finishes requests in flight, and takes no new connection")
    func gracefulStop() async throws {
        let gate = Gate()
        let server = try HTTPServer.start { request in
            await gate.wait()
            return await echo(request)
        }
        let idle = try RawClient(server)
        let clients = try (0..<50).map { _ in try RawClient(server) }
        for client in clients { await client.send(Self.get) }
        try await until { gate.waiting == 50 }
        let half = try RawClient(server)
        await half.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n")
        async let stopped: Void = server.stop(within: .seconds(100_000))
        #expect(await idle.rest() == "")
        #expect(throws: SystemError.self) { try RawClient(server) }
        gate.open()
        for client in clients {
            let response = try await client.response()
            #expect(response.body == "GET / ")
            #expect(response.headers["connection"] == "close")
            #expect(await client.rest() == "")
        }
        await half.send("hi")
        #expect(try await half.response().body == "POST / hi")
        #expect(await half.rest() == "")
        await stopped
    }

    @Test("under load, a stop lets every request that reached a handler have its answer")
    func stopUnderLoad() async throws {
        let handled = Mutex(0)
        let server = try HTTPServer.start { request in
            for _ in 0..<10 { await Task.yield() }
            handled.withLock { $0 += Task.isCancelled ? 1_000_000 : 1 }
            return await echo(request)
        }
        let answered = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var count = 0
                    guard let client = try? RawClient(server) else { return 0 }
                    while true {
                        await client.send(Self.get)
                        guard let response = try? await client.response(), response.body == "GET / " else {
                            return count
                        }
                        count += 1
                    }
                }
            }
            try? await until { handled.withLock { $0 > 200 } }
            await server.stop()
            return await group.reduce(0, +)
        }
        #expect(answered == handled.withLock { $0 })
    }

    @Test("a stop cuts what does not end in time, and cancels its handlers")
    func stopCuts() async throws {
        let clock = ManualClock()
        let (events, send) = AsyncStream<String>.makeStream()
        let server = try HTTPServer.start(clock: clock) { _ in
            send.yield("started")
            try? await Task.sleep(for: .seconds(100_000))
            send.yield(Task.isCancelled ? "cancelled" : "slept")
            return HTTPResponse(status: 200)
        }
        let client = try RawClient(server)
        await client.send(Self.get)
        var event = events.makeAsyncIterator()
        #expect(await event.next() == "started")
        async let stopped: Void = server.stop(within: .seconds(5))
        try await until { clock.pendingSleeps.first == .seconds(5) }
        clock.advance(by: .seconds(5))
        await stopped
        #expect(await event.next() == "cancelled")
        #expect(await client.rest() == "")
    }

    @Test("a stop whose caller is cancelled cuts at once")
    func cancelledStop() async throws {
        let gate = Gate()
        let server = try HTTPServer.start { request in
            await gate.wait()
            return await echo(request)
        }
        let client = try RawClient(server)
        await client.send(Self.get)
        try await until { gate.waiting == 1 }
        let stop = Task { await server.stop(within: .seconds(100_000)) }
        stop.cancel()
        await stop.value
        #expect(await client.rest() == "")
        gate.open()
    }

    @Test("a stop that has nothing to wait for returns, as does one after it, and several at once")
    func stopTwice() async throws {
        let server = try HTTPServer.start(handler: echo)
        let client = try RawClient(server)
        async let other: Void = server.stop()
        await server.stop()
        await other
        await server.stop()
        #expect(await client.rest() == "")
    }

    @Test("a server that is let go of ends")
    func letGo() async throws {
        let client = try {
            let server = try HTTPServer.start(handler: echo)
            return try RawClient(server)
        }()
        #expect(await client.rest() == "")
    }

    // MARK: Clients that go away

    @Test("a client that goes away cancels its handler", arguments: ["close", "reset", "end of output"])
    func clientGoes(how: String) async throws {
        let (events, send) = AsyncStream<String>.makeStream()
        let server = try HTTPServer.start { _ in
            send.yield("started")
            try? await Task.sleep(for: .seconds(100_000))
            send.yield(Task.isCancelled ? "cancelled" : "slept")
            return HTTPResponse(status: 200)
        }
        let client = try RawClient(server)
        await client.send(Self.get)
        var event = events.makeAsyncIterator()
        #expect(await event.next() == "started")
        switch how {
        case "close": client.close()
        case "reset": client.reset()
        default: client.endOutput()
        }
        #expect(await event.next() == "cancelled")
        if how == "end of output" { #expect(try await client.response().status == 200) }
        await server.stop()
    }

    @Test("a client that goes away in the middle of an answer or a request harms nobody")
    func clientGoesAnyTime() async throws {
        let server = try HTTPServer.start { _ in
            HTTPResponse(status: 200, body: Data(repeating: 0, count: 4_000_000))
        }
        for _ in 0..<20 {
            let reader = try RawClient(server)
            await reader.send(Self.get + Self.get)
            reader.reset()
            let writer = try RawClient(server)
            await writer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n")
            writer.reset()
        }
        let client = try RawClient(server)
        await client.send(Self.get)
        #expect(try await client.response().body.utf8.count == 4_000_000)
        await server.stop()
    }

    // MARK: Time

    @Test("an idle connection is closed without a word after the idle time, before or between requests")
    func idleTime() async throws {
        let clock = ManualClock()
        let server = try HTTPServer.start(clock: clock, handler: echo)
        let client = try RawClient(server)
        await client.send(Self.get)
        _ = try await client.response()
        let fresh = try RawClient(server)
        // The second connection has to be known before the time is turned.
        await fresh.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try await fresh.response()
        let ends = Task { await [client.rest(), fresh.rest()] }
        #expect(await turning(clock, by: HTTPLimits().idleTime, until: ends) == ["", ""])
    }

    @Test(
        "a request that does not come whole in time is a 408, byte by byte too",
        arguments: [
            "G", "GET / HTTP/1.1\r\nHost: a\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        ])
    func requestTime(bytes: String) async throws {
        let clock = ManualClock()
        let server = try HTTPServer.start(clock: clock, handler: echo)
        let client = try RawClient(server)
        await client.send(bytes)
        try await until { clock.pendingSleeps == [HTTPLimits().requestTime] }
        clock.advance(by: HTTPLimits().requestTime / 2)
        await client.send("a")
        clock.advance(by: HTTPLimits().requestTime / 2)
        let response = try await client.response()
        #expect(response.status == 408)
        #expect(response.headers["connection"] == "close")
        #expect(await client.rest() == "")
    }

    @Test("a handler may take as long as it wants")
    func handlerTime() async throws {
        let clock = ManualClock()
        let gate = Gate()
        let server = try HTTPServer.start(clock: clock) { request in
            await gate.wait()
            return await echo(request)
        }
        let client = try RawClient(server)
        await client.send(Self.get)
        try await until { gate.waiting == 1 }
        clock.advance(by: .seconds(100_000))
        gate.open()
        #expect(try await client.response().body == "GET / ")
    }

    @Test("a client that does not read its answer is cut after the request time")
    func stuckReader() async throws {
        let clock = ManualClock()
        let server = try HTTPServer.start(clock: clock) { _ in
            HTTPResponse(status: 200, body: Data(repeating: UInt8(ascii: "x"), count: 64 << 20))
        }
        let client = try RawClient(server)
        await client.send(Self.get)
        try await until { clock.pendingSleeps == [HTTPLimits().requestTime] }
        // A stop that waits for ever ends when the connection does.
        let end = Task { await server.stop(within: .seconds(1 << 40)) }
        await turning(clock, by: HTTPLimits().requestTime, until: end)
        #expect(await client.rest().utf8.count < 64 << 20)
    }

    // MARK: Many

    // In a process of its own: with more than 1300 open descriptors, Foundation crashes where it starts programs, as other
    // tests do at the same time. It copies whole directory entries, beyond the end of what it read of /proc/self/fd.
    @Test("a thousand idle connections, and still an answer for each")
    func manyConnections() async {
        await #expect(processExitsWith: .success) {
            let server = try HTTPServer.start(handler: echo)
            let clients = try (0..<1000).map { _ in try RawClient(server) }
            for client in clients { await client.send(ServerLifeTests.get) }
            for client in clients { #expect(try await client.response().status == 200) }
            for client in clients.reversed() { await client.send(ServerLifeTests.get) }
            for client in clients { #expect(try await client.response().status == 200) }
            await server.stop()
            for client in clients { #expect(await client.rest() == "") }
        }
    }

    @Test("at the limit of connections, a new one takes the place of the longest idle one")
    func connectionLimit() async throws {
        var limits = HTTPLimits()
        limits.connections = 2
        let server = try HTTPServer.start(limits: limits, handler: echo)
        let clients = try [RawClient(server), RawClient(server)]
        for client in clients + [clients[0]] {
            await client.send(Self.get)
            _ = try await client.response()
        }
        let third = try RawClient(server)
        await third.send(Self.get)
        #expect(try await third.response().status == 200)
        #expect(await clients[1].rest() == "")
        await clients[0].send(Self.get)
        #expect(try await clients[0].response().status == 200)
    }

    @Test("at the limit of connections, with all of them busy, a new one waits until one is not")
    func busyConnectionLimit() async throws {
        var limits = HTTPLimits()
        limits.connections = 2
        let gate = Gate()
        let server = try HTTPServer.start(limits: limits) { request in
            await gate.wait()
            return await echo(request)
        }
        let clients = try [RawClient(server), RawClient(server)]
        for client in clients { await client.send(Self.get) }
        try await until { gate.waiting == 2 }
        let third = try RawClient(server)
        await third.send(Self.get)
        gate.open()
        #expect(try await third.response().status == 200)
    }

    @Test("at the limit of connections, a new one takes the place of the oldest unfinished one where the limits say so")
    func unfinishedConnectionLimit() async throws {
        var limits = HTTPLimits()
        limits.connections = 3
        limits.closesUnfinished = true
        let gate = Gate()
        let server = try HTTPServer.start(limits: limits) { request in
            if request.path == "/slow" { await gate.wait() }
            return await echo(request)
        }
        let slow = try RawClient(server)
        await slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        try await until { gate.waiting == 1 }
        let halves = try [RawClient(server), RawClient(server)]
        for half in halves {
            await half.send(Self.get + "GET / HTTP/1.1\r\n")
            #expect(try await half.response().status == 200)
        }
        let next = try RawClient(server)
        await next.send(Self.get)
        #expect(try await next.response().status == 200)
        #expect(await halves[0].rest() == "")
        await halves[1].send("Host: a\r\n\r\n")
        #expect(try await halves[1].response().status == 200)
        gate.open()
        #expect(try await slow.response().status == 200)
        await server.stop()
    }
}
