import FoundationEssentials
import Testing

@testable import HTTPServer

@Suite("The server, over sockets", .timeLimit(.minutes(1)))
struct ServerAnswersTests {
    static let limits = {
        var limits = HTTPLimits()
        limits.headerBytes = 1000
        limits.targetBytes = 200
        limits.bodyBytes = 1000
        return limits
    }()

    @Test("answers a request and keeps the connection for the next")
    func keepsAlive() async throws {
        let server = try HTTPServer.start(handler: echo)
        let client = try RawClient(server)
        for number in 1...3 {
            await client.send("POST /\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
            let response = try await client.response()
            #expect(response.status == 200)
            #expect(response.body == "POST /\(number) hi")
            #expect(response.headers["content-type"] == "text/plain")
            #expect(response.headers["connection"] == nil)
            #expect(response.headers["date"]?.hasSuffix(" GMT") == true)
        }
        await server.stop()
    }

    @Test(
        "closes after the answer if the client wants it so",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "close"), ("GET / HTTP/1.0\r\n\r\n", "close"),
        ])
    func closes(request: String, connection: String) async throws {
        let server = try HTTPServer.start(handler: echo)
        let client = try RawClient(server)
        await client.send(request)
        #expect(try await client.response().headers["connection"] == connection)
        #expect(await client.rest() == "")
    }

    @Test("keeps a connection of HTTP/1.0 that asks for it, and says so")
    func keepsOldAlive() async throws {
        let server = try HTTPServer.start(handler: echo)
        let client = try RawClient(server)
        for _ in 1...2 {
            await client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try await client.response().headers["connection"] == "keep-alive")
        }
    }

    @Test("answers pipelined requests in their order, however long each takes")
    func pipelining() async throws {
        let server = try HTTPServer.start { request in
            for _ in 0..<(request.target == "/0" ? 100 : 0) { await Task.yield() }
            return await echo(request)
        }
        let client = try RawClient(server)
        let count = 500
        await client.send(
            (0..<count).map { "POST /\($0) HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx" }.joined())
        for number in 0..<count { #expect(try await client.response().body == "POST /\(number) x") }
    }

    @Test("understands a request that comes one byte at a time")
    func oneByteAtATime() async throws {
        let server = try HTTPServer.start(handler: echo)
        let client = try RawClient(server)
        for byte in "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX: y\r\n\r\n".utf8
        {
            await client.send([byte])
        }
        #expect(try await client.response().body == "POST /a hi")
    }

    @Test("sends 100 Continue to those who wait for it, and only to them")
    func expectContinue() async throws {
        let server = try HTTPServer.start(handler: echo)
        let client = try RawClient(server)
        let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        await client.send(head)
        #expect(try await client.response().status == 100)
        await client.send("hi")
        #expect(try await client.response().body == "POST / hi")
        await client.send(head + "hi")
        #expect(try await client.response().status == 200)
    }

    @Test("answers HEAD with the length and without the body")
    func head() async throws {
        let server = try HTTPServer.start(handler: echo)
        let client = try RawClient(server)
        await client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await client.response(hasBody: false).headers["content-length"] == "8")
        #expect(try await client.response().body == "GET /b ")
    }

    @Test(
        "tells handlers the address of the client, IPv4 and IPv6",
        arguments: ["127.0.0.1", "::1", "[::1]", "localhost"])
    func addresses(host: String) async throws {
        let server = try HTTPServer.start(host: host) { HTTPResponse(status: 200, body: Data($0.remoteAddress.utf8)) }
        let client = try RawClient(server)
        await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await client.response().body == (host.contains("::1") ? "::1" : "127.0.0.1"))
        #expect(server.url == "http://\(host.contains("::1") ? "[::1]" : "127.0.0.1"):\(server.port)")
    }

    @Test(
        "answers what it refuses itself as JSON and closes, though the client goes on sending",
        arguments: [
            (400, "garbage\r\n\r\n"),
            (
                413,
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n"
                    + String(repeating: "x", count: 4_000_000)
            ),
            (
                413,
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n"
                    + String(repeating: "x", count: 0xFFFFF)
            ),
            (414, "GET /\(String(repeating: "a", count: 300)) HTTP/1.1\r\nHost: a\r\n\r\n"),
            (417, "GET / HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n"),
            (431, "GET / HTTP/1.1\r\nHost: a\r\nA: \(String(repeating: "a", count: 2000))\r\n\r\n"),
            (501, "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"),
            (505, "GET / HTTP/3.0\r\n\r\n"),
        ])
    func refuses(status: Int, request: String) async throws {
        struct Body: Decodable { let code: Int, message: String }
        let server = try HTTPServer.start(limits: Self.limits) { _ in
            Issue.record("the handler was called")
            return HTTPResponse(status: 200)
        }
        let client = try RawClient(server)
        await client.send(request)
        let response = try await client.response()
        #expect(response.status == status)
        #expect(response.headers["connection"] == "close")
        #expect(response.headers["content-type"] == "application/json")
        let body = try JSONDecoder().decode(Body.self, from: Data(response.body.utf8))
        #expect(body.code == status && !body.message.isEmpty)
        #expect(await client.rest() == "")
    }

    @Test("answers the good requests before a bad one")
    func goodThenBad() async throws {
        let server = try HTTPServer.start(handler: echo)
        let client = try RawClient(server)
        await client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await client.response().body == "GET /1 ")
        #expect(try await client.response().status == 400)
        #expect(await client.rest() == "")
    }

    @Test("answers those who have closed their side, pipelined requests too")
    func halfClose() async throws {
        let server = try HTTPServer.start(handler: echo)
        let client = try RawClient(server)
        await client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
        client.endOutput()
        #expect(try await client.response().body == "GET /1 ")
        #expect(try await client.response().body == "GET /2 ")
        #expect(await client.rest() == "")
    }

    @Test("says to those who close their side in the middle of a request that it is not whole")
    func halfRequest() async throws {
        let server = try HTTPServer.start(handler: echo)
        let client = try RawClient(server)
        await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
        client.endOutput()
        #expect(try await client.response().status == 400)
        #expect(await client.rest() == "")
    }

    @Test("gets large bodies through in both directions, though the client reads late")
    func largeBodies() async throws {
        let server = try HTTPServer.start { HTTPResponse(status: 200, body: $0.body) }
        let client = try RawClient(server)
        let body = String(repeating: "0123456789abcdef", count: 1 << 19)
        for _ in 0..<2 {
            await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body)
            let isSame = try await client.response().body == body
            #expect(isSame)
        }
    }

    // MARK: Misbehaving on demand

    @Test("cuts an answer after as many bytes as it is told", arguments: [0, 1, 15, 60, 100_000, 10_000_000])
    func cuts(count: Int) async throws {
        let server = try HTTPServer.start { _ in
            HTTPResponse(
                status: 200, body: Data(repeating: UInt8(ascii: "x"), count: 1_000_000),
                delivery: .cutAfter(bytes: count))
        }
        let client = try RawClient(server)
        await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let received = await client.rest()
        #expect(received.utf8.count == count || count > 1_000_000 && received.utf8.count > 1_000_000)
        #expect("HTTP/1.1 200 OK".hasPrefix(received.prefix(15)))
    }

    @Test("never answers if told so, and lets go when the client closes")
    func neverAnswers() async throws {
        let (answers, answering) = AsyncStream<Void>.makeStream()
        let server = try HTTPServer.start { request in
            if request.target == "/never" {
                answering.yield()
                return HTTPResponse(status: 200, delivery: .never)
            }
            return await echo(request)
        }
        let silent = try RawClient(server)
        await silent.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
        for await _ in answers { break }
        let other = try RawClient(server)
        await other.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await other.response().body == "GET /2 ")
        silent.endOutput()
        #expect(await silent.rest() == "")
    }

    @Test("does not keep a stop waiting for an answer that never comes")
    func neverAnswersAStop() async throws {
        let server = try HTTPServer.start { _ in HTTPResponse(status: 200, delivery: .never) }
        let client = try RawClient(server)
        await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await server.stop(within: .seconds(100_000))
        #expect(await client.rest() == "")
    }
}
