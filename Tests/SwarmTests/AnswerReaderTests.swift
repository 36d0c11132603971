import FoundationEssentials
import Testing

@testable import Swarm

@Suite("Answers that a swarm reads")
struct AnswerReaderTests {
    /// Reads an answer that comes in pieces of a size.
    private static func read(_ text: String, by size: Int) throws -> AnswerReader.Answer? {
        var reader = AnswerReader()
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = Array(bytes[start..<min(start + size, bytes.count)])
            let answer = try piece.withUnsafeBytes { (bytes) throws(AnswerReader.AnswerError) in try reader.take(bytes)
            }
            guard let answer else { continue }
            #expect(start + size >= bytes.count, "it was whole before its last byte")
            return answer
        }
        return nil
    }

    @Test(
        "of a length, in chunks, without a body, and behind a 100, in pieces of any size", arguments: [1, 2, 7, 1000])
    func whole(size: Int) throws {
        let cases: [(text: String, status: Int, body: String, keepsAlive: Bool)] = [
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true),
            ("HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n", 204, "", true),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\na;x=y\r\n, 12345678\r\n0\r\n\r\n",
                200,
                "hello, 12345678", true
            ),
            ("HTTP/1.1 503 \r\ncontent-length:2\r\nConnection: close\r\n\r\n{}", 503, "{}", false),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", 202, "", true),
        ]
        for wanted in cases {
            let answer = try #require(try Self.read(wanted.text, by: size), "\(wanted.text)")
            #expect(answer.status == wanted.status)
            #expect(String(decoding: answer.body, as: UTF8.self) == wanted.body)
            #expect(answer.keepsAlive == wanted.keepsAlive)
        }
    }

    @Test("that are not whole are none yet, and what is no HTTP is a problem")
    func wrong() throws {
        #expect(try Self.read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", by: 9) == nil)
        for text in ["SSH-2.0 x\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"] {
            #expect(throws: AnswerReader.AnswerError.self, "\(text)") { try Self.read(text, by: 100) }
        }
    }
}

extension AnswerReader.Answer: Equatable {
    static func == (left: Self, right: Self) -> Bool {
        left.status == right.status && left.body == right.body && left.keepsAlive == right.keepsAlive
    }
}
