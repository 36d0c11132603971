import FoundationEssentials
import Testing

@testable import HTTPServer

@Suite("An answer on the wire")
struct ResponseTests {
    private func wire(
        _ response: HTTPResponse, to method: String = "GET", persistence: HTTPResponse.Persistence = .staysOpen
    ) -> String {
        response.serialised(to: method, date: "now", persistence: persistence)
            .map { $0.withBytes { String(decoding: $0, as: UTF8.self) } }.joined()
    }

    @Test("has the server's fields, the handler's, and the body")
    func whole() {
        let response = HTTPResponse(status: 201, headers: ["A": "b", "a": "c"], body: Data("hi".utf8))
        #expect(wire(response) == "HTTP/1.1 201 Created\r\nDate: now\r\nA: b\r\na: c\r\nContent-Length: 2\r\n\r\nhi")
    }

    @Test(
        "has no body where there must be none, and a length only where there may be one",
        arguments: [
            (204, "GET", ""), (304, "GET", "Content-Length: 2\r\n"), (200, "HEAD", "Content-Length: 2\r\n"),
            (204, "HEAD", ""),
        ])
    func bodyless(status: Int, method: String, length: String) {
        let text = wire(HTTPResponse(status: status, body: Data("hi".utf8)), to: method)
        #expect(text.hasSuffix("Date: now\r\n\(length)\r\n"))
    }

    @Test("a 304 without a body says nothing of a length")
    func notModified() {
        #expect(wire(HTTPResponse(status: 304)) == "HTTP/1.1 304 Not Modified\r\nDate: now\r\n\r\n")
    }

    @Test("leaves out what a handler says about the server's business")
    func serversBusiness() {
        let headers: HTTPHeaders = [
            "content-length": "9", "DATE": "x", "Connection": "upgrade", "Transfer-Encoding": "chunked", "B": "c",
        ]
        #expect(
            wire(HTTPResponse(status: 200, headers: headers), persistence: .closes)
                == "HTTP/1.1 200 OK\r\nDate: now\r\nB: c\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }

    @Test(
        "that cannot be sent becomes a 500",
        arguments: [
            HTTPResponse(status: 100), HTTPResponse(status: 600), HTTPResponse(status: -1),
            HTTPResponse(status: 200, headers: ["A": "b\r\nSet-Cookie: c"]),
            HTTPResponse(status: 200, headers: ["A\r\nB": "c"]),
            HTTPResponse(status: 200, headers: ["": "c"]), HTTPResponse(status: 200, headers: ["A": "\0"]),
        ])
    func faulty(response: HTTPResponse) {
        let text = wire(response)
        #expect(text.hasPrefix("HTTP/1.1 500 Internal Server Error\r\n"))
        #expect(!text.contains("Set-Cookie"))
        #expect(text.contains("{\"code\":500,"))
    }
}
