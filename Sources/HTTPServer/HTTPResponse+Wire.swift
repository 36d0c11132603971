import FoundationEssentials
import HumanText
import Synchronization
import System

extension HTTPResponse {
    /// What happens to the connection after an answer (RFC 9112 §9.3).
    enum Persistence { case staysOpen, staysOpenForOldVersion, closes }

    /// Creates the server's own answer to a request that does not reach the handler.
    init(_ error: RequestError) {
        struct Body: Encodable { let code: Int, message: String }
        self.init(status: error.status, headers: ["Content-Type": "application/json"])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        body = (try? encoder.encode(Body(code: error.status, message: error.message))) ?? Data()
    }

    /// A body of at least this size is not copied after the head: that costs more than another call to send it.
    private static let largeBody = 64 << 10

    /// Returns the bytes to send. An answer that cannot be sent, because of its status or of line breaks in its header
    /// fields, becomes a 500 with the reason.
    func serialised(to method: String, date: String, persistence: Persistence) -> [OutputQueue.Piece] {
        if let fault {
            return HTTPResponse(RequestError(500, fault)).serialised(to: method, date: date, persistence: persistence)
        }
        var bytes = Array(head(date: date, persistence: persistence).utf8)
        guard status != 204, status != 304, method != "HEAD" else { return [.bytes(bytes)] }
        let shared = text.map { OutputQueue.Piece.text($0) }
        if body.count >= Self.largeBody { return [.bytes(bytes), .data(body)] + shared }
        body.withUnsafeBytes { bytes.append(contentsOf: $0) }
        return [.bytes(bytes)] + shared
    }

    private func head(date: String, persistence: Persistence) -> String {
        var head = "HTTP/1.1 \(status) \(Self.reasonPhrase(status))\r\nDate: \(date)\r\n"
        for field in headers where !Self.isServersBusiness(field.name) {
            head += "\(field.name): \(field.value)\r\n"
        }
        let count = contentLength
        // RFC 9110 §8.6: not allowed with 204; with 304 only the length of the 200, so none without a body.
        if status != 204, status != 304 || count > 0, stream == nil { head += "Content-Length: \(count)\r\n" }
        return switch persistence {
        case .staysOpen: head + "\r\n"
        case .staysOpenForOldVersion: head + "Connection: keep-alive\r\n\r\n"
        case .closes: head + "Connection: close\r\n\r\n"
        }
    }

    /// Why the answer cannot be sent; nil if it can.
    var fault: String? {
        if stream != nil, status != 200 { return "the handler returned a stream with status \(status)" }
        guard 200..<600 ~= status else { return "the handler returned the status \(status)" }
        for field in headers {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(\.isTokenCharacter) else {
                return "the handler returned a header field whose name is not a token"
            }
            guard field.value.utf8.allSatisfy(\.isFieldCharacter) else {
                return "the handler returned control characters in the header field \(field.name)"
            }
        }
        return nil
    }

    private static func isServersBusiness(_ name: String) -> Bool {
        ["Content-Length", "Transfer-Encoding", "Date", "Connection"].contains { $0.equalsIgnoringCase(name) }
    }

    // RFC 9110 §15. Only for people; may be empty.
    private static func reasonPhrase(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 423: "Locked"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}

/// The current time in the format of `Date` fields, computed once a second.
final class DateField: Sendable {
    private let latest = Mutex((second: -1, text: ""))

    /// Returns the current time.
    func now() -> String {
        let second = time(nil)
        return latest.withLock { latest in
            if latest.second != second { latest = (second, HTTPDate.text(second)) }
            return latest.text
        }
    }
}
