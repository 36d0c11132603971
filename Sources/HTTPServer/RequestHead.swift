/// A request line and header fields, parsed line by line, and what they determine about the body and the connection.
///
/// The rules are those of RFC 9112 §3 (request line), §5 (fields) and §6 (body); errors that a recipient may repair are
/// rejected.
struct RequestHead {
    /// How the end of the body is determined (RFC 9112 §6.3).
    enum Framing: Equatable { case length(Int), chunked }

    private(set) var method = ""
    private(set) var target = ""
    private(set) var minorVersion = 1
    private(set) var headers = HTTPHeaders()

    private var host: String?
    private var contentLength: Int?
    private var transferCodings: [String]?
    private var connectionOptions: [String] = []
    private var expectations: [String] = []

    /// Whether the connection stays open after the answer (RFC 9112 §9.3).
    var keepsAlive: Bool {
        if connectionOptions.contains("close") { return false }
        return minorVersion >= 1 || connectionOptions.contains("keep-alive")
    }

    /// Whether the sender waits for a `100 Continue` before it sends the body (RFC 9110 §10.1.1).
    var expectsContinue: Bool { minorVersion >= 1 && expectations.contains("100-continue") }

    // MARK: Lines

    /// Parses the request line.
    mutating func readRequestLine(_ line: UnsafeRawBufferPointer, targetLimit: Int) throws(RequestError) {
        let parts = line.split(separator: .space, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw .malformed("the request line should be a method, a target and a version, separated by one space")
        }
        guard !parts[0].isEmpty, parts[0].allSatisfy(\.isTokenCharacter) else {
            throw .malformed("the method is not a token")
        }
        minorVersion = try Self.minorVersion(UnsafeRawBufferPointer(rebasing: parts[2]))
        guard parts[1].count <= targetLimit else { throw Self.targetTooLong(targetLimit) }
        guard !parts[1].isEmpty, parts[1].allSatisfy(\.isTargetCharacter) else {
            throw .malformed("the target has characters that must be percent-encoded")
        }
        method = UnsafeRawBufferPointer(rebasing: parts[0]).text
        target = UnsafeRawBufferPointer(rebasing: parts[1]).text
        guard method != "CONNECT" else {
            throw RequestError(501, "this server is not a proxy: CONNECT is not implemented")
        }
        guard target.hasPrefix("/") || target == "*" && method == "OPTIONS" || Self.isAbsolute(target) else {
            throw .malformed("the target is neither a path nor a URL")
        }
    }

    /// Parses a header field.
    mutating func readField(_ line: UnsafeRawBufferPointer) throws(RequestError) {
        let (name, value) = try Self.field(line)
        headers.append(name, value)
        switch name.utf8.count {
        case 4 where name.equalsIgnoringCase("host"):
            guard host == nil else { throw .malformed("more than one Host field") }
            guard value.utf8.allSatisfy(\.isAuthorityCharacter) else { throw .malformed("Host is not a host and port") }
            host = value
        case 6 where name.equalsIgnoringCase("expect"): expectations += Self.list(value)
        case 10 where name.equalsIgnoringCase("connection"): connectionOptions += Self.list(value)
        case 14 where name.equalsIgnoringCase("content-length"):
            guard contentLength == nil else { throw .malformed("more than one Content-Length field") }
            guard !value.isEmpty, value.utf8.allSatisfy(\.isDigit) else {
                throw .malformed("Content-Length is not a number of bytes")
            }
            contentLength = Int(value) ?? .max
        case 17 where name.equalsIgnoringCase("transfer-encoding"):
            transferCodings = (transferCodings ?? []) + Self.list(value)
        default: break
        }
    }

    /// Parses a trailer field. It must be well-formed, and is then ignored: none is needed here, and those that affect
    /// framing must not count as trailers (RFC 9110 §6.5.1).
    static func checkTrailer(_ line: UnsafeRawBufferPointer) throws(RequestError) { _ = try field(line) }

    /// Checks the fields together, after the last one.
    func framing(bodyLimit: Int) throws(RequestError) -> Framing {
        guard host != nil || minorVersion == 0 else { throw .malformed("the Host field is missing") }
        if let unknown = expectations.first(where: { $0 != "100-continue" }) {
            throw RequestError(417, "the expectation \"\(unknown)\" is not supported; only 100-continue is")
        }
        if let transferCodings {
            guard contentLength == nil else {
                throw .malformed("both Content-Length and Transfer-Encoding are present")
            }
            guard minorVersion >= 1 else { throw .malformed("Transfer-Encoding is not allowed in HTTP/1.0") }
            if let unknown = transferCodings.first(where: { $0 != "chunked" }) {
                throw RequestError(501, "the transfer coding \"\(unknown)\" is not implemented; only chunked is")
            }
            guard transferCodings.count == 1 else { throw .malformed("Transfer-Encoding should be \"chunked\", once") }
            return .chunked
        }
        let length = contentLength ?? 0
        guard length <= bodyLimit else { throw Self.bodyTooLarge(bodyLimit) }
        return .length(length)
    }

    static func bodyTooLarge(_ limit: Int) -> RequestError {
        RequestError(413, "the body is larger than \(limit) bytes")
    }

    static func targetTooLong(_ limit: Int) -> RequestError {
        RequestError(414, "the target is longer than \(limit) bytes")
    }

    // MARK: Parts

    private static func minorVersion(_ version: UnsafeRawBufferPointer) throws(RequestError) -> Int {
        guard version.count == 8, version.starts(with: "HTTP/".utf8), version[5].isDigit, version[7].isDigit,
            version[6] == UInt8(ascii: ".")
        else { throw .malformed("the request line does not end in a version such as HTTP/1.1") }
        guard version[5] == UInt8(ascii: "1") else {
            throw RequestError(505, "\(version.text) is not supported; HTTP/1.1 is")
        }
        return Int(version[7] - UInt8(ascii: "0"))
    }

    private static func isAbsolute(_ target: String) -> Bool {
        guard let scheme = target.firstRange(of: "://") else { return false }
        let name = String(target[..<scheme.lowerBound])
        guard name.equalsIgnoringCase("http") || name.equalsIgnoringCase("https") else { return false }
        let authority = target[scheme.upperBound...].utf8.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        return !authority.isEmpty && authority.allSatisfy(\.isAuthorityCharacter)
    }

    private static func field(_ line: UnsafeRawBufferPointer) throws(RequestError) -> (name: String, value: String) {
        guard line.first != .space, line.first != .tab else {
            throw .malformed("a header line begins with white space: folded lines are not supported")
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw .malformed("a header line has no colon")
        }
        guard colon > 0, line[..<colon].allSatisfy(\.isTokenCharacter) else {
            throw .malformed("a header field's name should be a token followed directly by a colon")
        }
        var value = line[(colon + 1)...]
        guard value.allSatisfy(\.isFieldCharacter) else {
            throw .malformed("a header field's value has control characters")
        }
        while let first = value.first, first == .space || first == .tab { value.removeFirst() }
        while let last = value.last, last == .space || last == .tab { value.removeLast() }
        return (
            UnsafeRawBufferPointer(rebasing: line[..<colon]).text, UnsafeRawBufferPointer(rebasing: value).text
        )
    }

    // Returns the members of a comma-separated list in lower case, without empty ones (RFC 9110 §5.6.1).
    private static func list(_ value: String) -> [String] {
        value.split(separator: ",").compactMap { member in
            let text = String(member).trimmingBlanks().lowercased()
            return text.isEmpty ? nil : text
        }
    }
}

extension String {
    fileprivate func trimmingBlanks() -> String {
        let body = utf8.drop { $0 == .space || $0 == .tab }
        let end = body.lastIndex { $0 != .space && $0 != .tab }
        return end.map { String(body[...$0]) ?? "" } ?? ""
    }
}

/// Why a request is rejected: the status of the answer, and a sentence for the sender.
struct RequestError: Error, Hashable, CustomStringConvertible {
    let status: Int
    let message: String

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    /// Creates a 400 with a sentence.
    static func malformed(_ message: String) -> RequestError { RequestError(400, message) }

    var description: String { "\(status): \(message)" }
}
