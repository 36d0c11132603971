import FoundationEssentials
import Testing

@testable import HTTPServer

@Suite("What all connections hold together", .timeLimit(.minutes(1)))
struct MemoryLimitTests {
    private static func upload(_ count: Int) -> String {
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n"
    }

    private static func make() -> ConnectionState { ConnectionState(limits: HTTPLimits(), date: { "now" }) }

    @Test("is counted: bodies that come, wait or are handled, and answers that have not gone")
    func counted() {
        var state = Self.make()
        state.receive(Self.upload(10) + "12345")
        #expect(state.heldBytes == 5)
        #expect(state.canGiveWay)
        state.receive("67890GET")
        #expect(state.heldBytes == 10 + 3)
        #expect(!state.canGiveWay, "what is being handled is soon done with")
        var response = HTTPResponse(status: 200, body: Data(repeating: 0, count: 100_000))
        response.text = [String(repeating: "x", count: 1_000_000)]
        state.answered(response)
        #expect((100_003..<100_300).contains(state.heldBytes), "the text is shared: \(state.heldBytes)")
        #expect(state.canGiveWay)
        #expect(state.sendAll().utf8.count > 1_100_000)
        #expect(state.heldBytes == 0)
    }

    @Test("an unfinished request gives way with a 503, an answer that is not taken without a word")
    func givesWay() {
        var receiving = Self.make()
        receiving.receive(Self.upload(10) + "12345")
        receiving.giveWay()
        #expect(receiving.sendAll().hasPrefix("HTTP/1.1 503 "))
        #expect(receiving.heldBytes == 0)
        #expect(receiving.hasEndedOutput)

        var answering = Self.make()
        answering.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        answering.answered(HTTPResponse(status: 200, body: Data(repeating: 0, count: 100_000)))
        answering.giveWay()
        #expect(answering.isClosed)
    }

    @Test("stays within the limit: those who hold most give way, the others come to their end")
    func limit() async throws {
        var limits = HTTPLimits()
        limits.totalBytes = 1_000_000
        let server = try HTTPServer.start(limits: limits, handler: echo)
        let clients = try (0..<8).map { _ in try RawClient(server) }
        for client in clients {
            await client.send(Self.upload(200_001) + String(repeating: "x", count: 200_000))
        }
        var statuses: [Int] = []
        for client in clients {
            await client.send("x")
            // Whoever was refused and still sends may find the connection gone.
            statuses.append((try? await client.response())?.status ?? 503)
        }
        #expect(statuses.count { $0 == 503 } >= 3)
        #expect(statuses.count { $0 == 200 } >= 3)
        let small = try RawClient(server)
        await small.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await small.response().status == 200)
        await server.stop()
    }
}
