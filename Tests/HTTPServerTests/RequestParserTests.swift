import FoundationEssentials
import Testing

@testable import HTTPServer

@Suite("The request parser")
struct RequestParserTests {
    struct Refusal: CustomTestStringConvertible, Sendable {
        let status: Int
        let why: String
        let bytes: String
        var testDescription: String { "\(status): \(why)" }

        init(_ status: Int, _ why: String, _ bytes: String) {
            self.status = status
            self.why = why
            self.bytes = bytes
        }

        /// With a good request line and Host before these fields and the end of the head after them.
        static func fields(_ status: Int, _ why: String, _ fields: String, method: String = "POST") -> Refusal {
            Refusal(status, why, "\(method) / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n")
        }

        /// With a good head before this chunked body.
        static func chunks(_ status: Int, _ why: String, _ body: String) -> Refusal {
            Refusal(status, why, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)")
        }
    }

    static let limits = {
        var limits = HTTPLimits()
        limits.headerBytes = 256
        limits.targetBytes = 64
        limits.bodyBytes = 32
        return limits
    }()

    static let refusals: [Refusal] = [
        Refusal(400, "TLS", "\u{16}\u{3}\u{1}"),
        Refusal(400, "a line of garbage", "garbage\r\n"),
        Refusal(400, "a lone LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
        Refusal(400, "a bare CR in the request line", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "two empty lines before a request", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "two spaces in the request line", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "a space before the request line", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "a space after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        Refusal(400, "a space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "a method that is no token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "no version, as in HTTP/0.9", "GET /\r\n\r\n"),
        Refusal(400, "a version in small letters", "GET / http/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "a version without a dot", "GET / HTTP/11\r\nHost: a\r\n\r\n"),
        Refusal(400, "a version with two digits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
        Refusal(400, "a target with a fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "a target with a quote", "GET /a\"b HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "a target that is not ASCII", "GET /ä HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "a target without a slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "a target of another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "a URL without a host", "GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "a URL with a user", "GET http://me@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "* for another method than OPTIONS", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(400, "NUL in the request line", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"),

        Refusal(400, "no Host", "GET / HTTP/1.1\r\nAccept: a\r\n\r\n"),
        Refusal(400, "no fields at all", "GET / HTTP/1.1\r\n\r\n"),
        Refusal(400, "two Hosts with HTTP/1.0 too", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
        .fields(400, "two Hosts", "Host: a"),
        Refusal(400, "a Host with a slash", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        Refusal(400, "a Host with a comma", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        Refusal(400, "a Host with a user", "GET / HTTP/1.1\r\nHost: me@a\r\n\r\n"),

        .fields(400, "white space before a colon", "Accept : a"),
        .fields(400, "a tab before a colon", "Accept\t: a"),
        .fields(400, "a folded line", "Accept: a\r\n b"),
        .fields(400, "a folded line with a tab", "Accept: a\r\n\tb"),
        Refusal(400, "white space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        .fields(400, "a line without a colon", "Accept"),
        .fields(400, "a field without a name", ": a"),
        .fields(400, "a name that is no token", "Acc(ept: a"),
        .fields(400, "a bare CR in a value", "Accept: a\rb"),
        .fields(400, "a CR before the line end", "Accept: a\r"),
        .fields(400, "a lone LF in the fields", "Accept: a\nB: c"),
        .fields(400, "NUL in a value", "Accept: a\0b"),
        .fields(400, "NUL in a name", "Acc\0ept: a"),
        .fields(400, "DEL in a value", "Accept: a\u{7F}"),

        .fields(400, "two lengths that differ", "Content-Length: 1\r\nContent-Length: 2"),
        .fields(400, "the same length twice", "Content-Length: 1\r\nContent-Length: 1"),
        .fields(400, "a list of lengths", "Content-Length: 1, 1"),
        .fields(400, "a negative length", "Content-Length: -1"),
        .fields(400, "a length with a plus", "Content-Length: +1"),
        .fields(400, "a hexadecimal length", "Content-Length: 0x1"),
        .fields(400, "a length with a space inside", "Content-Length: 1 1"),
        .fields(400, "an empty length", "Content-Length:"),
        .fields(400, "a length and chunks", "Content-Length: 1\r\nTransfer-Encoding: chunked"),
        .fields(400, "chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 1"),
        .fields(400, "chunked twice", "Transfer-Encoding: chunked, chunked"),
        .fields(400, "chunked in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        .fields(400, "an empty transfer coding", "Transfer-Encoding: "),
        Refusal(400, "chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),

        .chunks(400, "a chunk without a size", "\r\n"),
        .chunks(400, "a size that is no number", "x\r\n"),
        .chunks(400, "a negative size", "-1\r\n"),
        .chunks(400, "a size with 0x", "0x1\r\na\r\n"),
        .chunks(400, "a size after white space", " 1\r\na\r\n"),
        .chunks(400, "a size before white space", "1 \r\na\r\n"),
        .chunks(400, "a size with a lone LF", "1\na\r\n"),
        .chunks(400, "an extension with a bare CR", "1;a\rb\r\na\r\n"),
        .chunks(400, "a chunk longer than its size", "1\r\nab\r\n"),
        .chunks(400, "a chunk that ends in a lone LF", "1\r\na\n"),
        .chunks(400, "an endless extension", "1;" + String(repeating: "a", count: 300)),
        .chunks(400, "a folded trailer", "0\r\nA: b\r\n c\r\n\r\n"),
        .chunks(400, "a trailer without a colon", "0\r\nA\r\n\r\n"),
        .chunks(431, "too many trailers", "0\r\nA: " + String(repeating: "a", count: 256)),

        .fields(413, "a body over the limit", "Content-Length: 33"),
        .fields(413, "a length that fits no integer", "Content-Length: 99999999999999999999999"),
        .fields(
            413, "a body over the limit that waits for 100", "Expect: 100-continue\r\nContent-Length: 33"),
        .chunks(413, "a chunk over the limit", "21\r\n"),
        .chunks(
            413, "chunks that add up to more than the limit", "20\r\n\(String(repeating: "a", count: 32))\r\n1\r\n"),
        .chunks(413, "a chunk size that fits no integer", "fffffffffffffffffffff\r\n"),
        Refusal(414, "a long target", "GET /\(String(repeating: "a", count: 64)) HTTP/1.1\r\n"),
        Refusal(414, "a target without an end", "GET /\(String(repeating: "a", count: 200))"),
        .fields(431, "a large field", "Accept: \(String(repeating: "a", count: 256))"),
        .fields(431, "a field without an end", "Accept: \(String(repeating: "a", count: 1000))"),
        .fields(431, "many fields", String(repeating: "A: b\r\n", count: 50)),
        .fields(417, "an unknown expectation", "Expect: a-miracle"),
        .fields(417, "one unknown expectation of two", "Expect: 100-continue, a-miracle"),
        .fields(501, "an unknown transfer coding", "Transfer-Encoding: gzip, chunked"),
        .fields(501, "a transfer coding that looks like chunked", "Transfer-Encoding: xchunked"),
        .fields(501, "the identity coding", "Transfer-Encoding: identity"),
        Refusal(501, "CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(505, "HTTP/2", "PRI * HTTP/2.0\r\n\r\n"),
        Refusal(505, "HTTP/0.9 by name", "GET / HTTP/0.9\r\n\r\n"),
    ]

    @Test("refuses what a strict reading of RFC 9112 does not allow", arguments: refusals)
    func refuses(_ refusal: Refusal) throws {
        let found = parse(Array(refusal.bytes.utf8), limits: Self.limits)
        guard found.count == 1, case .failed(let status, let message) = found[0] else {
            Issue.record("it gave \(found)")
            return
        }
        #expect(status == refusal.status)
        #expect(!message.isEmpty)
    }

    struct Acceptance: CustomTestStringConvertible, Sendable {
        let why: String
        let bytes: String
        let target: String
        let body: String
        let keepsAlive: Bool
        var testDescription: String { why }

        init(_ why: String, _ bytes: String, target: String = "/", body: String = "", keepsAlive: Bool = true) {
            self.why = why
            self.bytes = bytes
            self.target = target
            self.body = body
            self.keepsAlive = keepsAlive
        }
    }

    static let acceptances: [Acceptance] = [
        Acceptance("the smallest request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Acceptance("an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        Acceptance("an IPv6 Host", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"),
        Acceptance("a later minor version", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
        Acceptance("one empty line before the request", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Acceptance("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", keepsAlive: false),
        Acceptance("HTTP/1.0 that stays", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"),
        Acceptance("Connection: close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n", keepsAlive: false),
        Acceptance("a whole URL", "GET http://a:80/b?c HTTP/1.1\r\nHost: a\r\n\r\n", target: "http://a:80/b?c"),
        Acceptance("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", target: "*"),
        Acceptance("a method that nobody knows", "FROB / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Acceptance("a body", "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", body: "abc"),
        Acceptance("zeros before a length", "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 003\r\n\r\nabc", body: "abc"),
        Acceptance(
            "a body at the limit",
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 32\r\n\r\n\(String(repeating: "x", count: 32))",
            body: String(repeating: "x", count: 32)),
        Acceptance(
            "chunks, extensions and trailers",
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "3;q=\"x\"\r\nabc\r\n00a ; r\r\n0123456789\r\n0\r\nSum: 1\r\nContent-Length: 9\r\n\r\n",
            body: "abc0123456789"),
        Acceptance(
            "no chunks", "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n"),
        Acceptance(
            "a target at the limit", "GET /\(String(repeating: "a", count: 63)) HTTP/1.1\r\nHost: a\r\n\r\n",
            target: "/\(String(repeating: "a", count: 63))"),
        Acceptance(
            "fields at the limit", "GET / HTTP/1.1\r\nHost: a\r\nA: \(String(repeating: "a", count: 242))\r\n\r\n"),
        Acceptance("no body to wait for", "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n"),
    ]

    @Test("takes what is well formed and within the limits", arguments: acceptances)
    func takes(_ acceptance: Acceptance) throws {
        let found = parse(Array(acceptance.bytes.utf8), limits: Self.limits)
        guard found.count == 1, case .request(_, let target, _, let body, let keepsAlive) = found[0] else {
            Issue.record("it gave \(found)")
            return
        }
        #expect(target == acceptance.target)
        #expect(body == Data(acceptance.body.utf8))
        #expect(keepsAlive == acceptance.keepsAlive)
    }

    @Test("keeps fields in their order, without the white space around their values")
    func fields() throws {
        let found = parseFirst("GET / HTTP/1.1\r\nHost: a\r\nX:\t b c \t\r\nempty:\r\nx: d:e\r\n\r\n")
        let headers: HTTPHeaders = ["Host": "a", "X": "b c", "empty": "", "x": "d:e"]
        #expect(found == .request("GET", target: "/", headers: headers, body: Data(), keepsAlive: true))
        #expect(headers["HOST"] == "a")
        #expect(headers.values(of: "x") == ["b c", "d:e"])
    }

    @Test("gives requests that follow each other one by one")
    func pipeline() {
        let bytes =
            "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
            + "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
            + "GET /3 HTTP/1.1\r\nHost: a\r\n\r\nGET /4"
        let targets = parse(Array(bytes.utf8)).map {
            if case .request(_, let target, _, _, _) = $0 { target } else { "" }
        }
        #expect(targets == ["/1", "/2", "/3", ""])
        #expect(parse(Array(bytes.utf8)).last == .incomplete)
    }

    @Test(
        "asks for 100 Continue only when a body is to come",
        arguments: [
            ("Expect: 100-continue\r\nContent-Length: 3", true),
            ("Expect: 100-continue\r\nTransfer-Encoding: chunked", true),
            ("Expect: 100-continue", false), ("Content-Length: 3", false),
        ])
    func continues(fields: String, isExpected: Bool) {
        var parser = RequestParser(limits: HTTPLimits())
        let head = Array("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n".utf8)
        let asked = head.withUnsafeBytes { bytes in
            var rest = bytes
            if case .continueExpected = parser.next(&rest) { return true }
            return false
        }
        #expect(asked == isExpected)
    }

    @Test("takes time in proportion to the bytes, one byte at a time: 256 KiB each of body, chunks and fields")
    func oneByteAtATime() {
        var limits = HTTPLimits()
        limits.headerBytes = 2 << 20
        limits.targetBytes = 2 << 20
        let count = 1 << 18
        let long = String(repeating: "a", count: count)
        for text in [
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n\(long)",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n40000\r\n\(long)\r\n0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nA: \(long)\r\n\r\n", "GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n",
        ] {
            let bytes = Array(text.utf8)
            let found = parse(bytes, pieces: Array(repeating: 1, count: bytes.count), limits: limits)
            // Compared outside of #expect, which would print megabytes.
            let isSame = found == parse(bytes, limits: limits)
            #expect(isSame)
            guard case .request = found.first else {
                Issue.record("no request from \(text.prefix(60))…")
                continue
            }
        }
    }
}
