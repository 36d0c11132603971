import CCurl
import FoundationEssentials
import System

/// A request in progress in libcurl. Used on the thread of its transport.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    private let request: TransportRequest
    private let continuation: CheckedContinuation<TransportReply, any Error>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    /// What libcurl has not taken of the body.
    private var rest: RequestContent.Reader?
    private var incoming = Data()
    private var headers: [String: String] = [:]
    private var headIsComplete = false
    /// The buffer for libcurl's error message (CURLOPT_ERRORBUFFER(3)).
    private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private let caFile: String?

    /// The maximum size of an answer; managers send nothing larger.
    private static let longestReply = 64 << 20

    /// Nil if libcurl is out of memory.
    init?(
        _ request: TransportRequest, userAgent: String, caFile: String?,
        continuation: CheckedContinuation<TransportReply, any Error>
    ) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.request = request
        self.continuation = continuation
        self.caFile = caFile
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setUp(userAgent: userAgent)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        words.deallocate()
    }

    private func setUp(userAgent: String) {
        ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, words)
        ccurl_set_string(easy, CURLOPT_URL, request.url)
        // A segment ".." is an ordinary name, not a reference to the parent.
        ccurl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
        ccurl_set_string(easy, CURLOPT_USERAGENT, userAgent)
        ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        // All encodings supported by this libcurl, including gzip.
        ccurl_set_string(easy, CURLOPT_ACCEPT_ENCODING, "")
        ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(request.connectTimeout))
        ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, Self.milliseconds(request.totalTimeout))
        if request.avoidsProxy { ccurl_set_string(easy, CURLOPT_NOPROXY, "*") }
        // libcurl repeats a request only on a reused connection.
        if !request.isRepeatable { ccurl_set_long(easy, CURLOPT_FRESH_CONNECT, 1) }
        if let caFile { ccurl_set_string(easy, CURLOPT_CAINFO, caFile) }
        if let user = request.user {
            // Basic is libcurl's default (CURLOPT_HTTPAUTH(3)).
            ccurl_set_string(easy, CURLOPT_USERNAME, user.workerID)
            ccurl_set_string(easy, CURLOPT_PASSWORD, user.secret)
        }
        let context = Unmanaged.passUnretained(self).toOpaque()
        setUpBody(context)
        // libcurl would wait for "100 Continue" before larger bodies, and declare an empty body a form.
        let without = ["Expect:"] + (request.body == nil ? ["Content-Type:"] : [])
        for header in request.headers + without { headerList = curl_slist_append(headerList, header) }
        ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headerList)
        ccurl_set_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Transfer.at(context)?.receive(bytes, size * count) ?? 0
        }
        ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        ccurl_set_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            Transfer.at(context)?.receiveHeader(bytes, size * count) ?? 0
        }
        ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
    }

    /// Up to this size libcurl sends a body together with the header fields, if it has a copy.
    private static let smallBody = 16 << 10

    private func setUpBody(_ context: UnsafeMutableRawPointer) {
        guard let body = request.body else {
            // A POST without a body states that; some proxies require it (RFC 9110 §8.6).
            if request.method == "POST" {
                ccurl_set_off(easy, CURLOPT_POSTFIELDSIZE_LARGE, 0)
                ccurl_set_string(easy, CURLOPT_COPYPOSTFIELDS, "")
            }
            return
        }
        // The size has to come first (CURLOPT_COPYPOSTFIELDS(3)).
        ccurl_set_off(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        if body.count <= Self.smallBody {
            var copy = body.bytes
            // One byte at least: without an address libcurl would ask for the body by a callback.
            if copy.isEmpty { copy = [0] }
            copy.withUnsafeMutableBytes { _ = ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) }
            return
        }
        rest = body.reader()
        ccurl_set_long(easy, CURLOPT_POST, 1)
        ccurl_set_callback(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
            Transfer.at(context)?.send(into: bytes, size * count) ?? 0
        }
        ccurl_set_pointer(easy, CURLOPT_READDATA, context)
        ccurl_set_seek_callback(easy) { context, offset, origin in
            Transfer.at(context)?.seek(to: offset, from: origin) ?? CURL_SEEKFUNC_FAIL
        }
        ccurl_set_pointer(easy, CURLOPT_SEEKDATA, context)
    }

    // MARK: Callbacks

    private static func at(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func send(into bytes: UnsafeMutablePointer<CChar>?, _ room: Int) -> Int {
        rest?.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: room)) ?? 0
    }

    /// Begins again, for a request that is repeated on another connection; libcurl seeks nothing else.
    private func seek(to offset: curl_off_t, from origin: Int32) -> Int32 {
        guard origin == SEEK_SET, offset == 0 else { return CURL_SEEKFUNC_FAIL }
        rest = request.body?.reader()
        return CURL_SEEKFUNC_OK
    }

    private func receive(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        if let bytes, let receive = request.receive {
            var status = 0
            ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
            if status == 200 { return receive(Data(bytes: bytes, count: count), headers) ? count : 0 }
        }
        guard let bytes, incoming.count + count <= Self.longestReply else { return 0 }
        incoming.append(UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self), count: count)
        return count
    }

    private func receiveHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            headers = [:]
            headIsComplete = false
        }
        if line.allSatisfy(\.isNewline) { headIsComplete = true }
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts.count == 2 {
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(while: \.isWhitespace)
        }
        return count
    }

    // MARK: The end

    /// Returns the answer, or why there is none.
    func finish(_ result: CURLcode) {
        guard result == CURLE_OK else {
            continuation.resume(throwing: error(result))
            return
        }
        // libcurl accepts a connection that is closed within the header fields as the end of an answer; RFC 9112 §8
        // does not.
        guard headIsComplete else {
            continuation.resume(throwing: TransportError(.noAnswer, Self.cutShort))
            return
        }
        var status = 0
        ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        continuation.resume(returning: TransportReply(status: status, headers: headers, body: incoming))
    }

    /// Ends without an answer, because nobody waits for it any more.
    func cancel() { continuation.resume(throwing: CancellationError()) }

    private static let cutShort = "the connection was closed before the answer was complete"

    private func error(_ result: CURLcode) -> TransportError {
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST:
            return TransportError(.noAnswer, "cannot find the host")
        case CURLE_COULDNT_CONNECT:
            var reason = 0
            ccurl_get_long(easy, CURLINFO_OS_ERRNO, &reason)
            let words = reason == 0 ? "" : ": \(SystemError(Int32(reason)))"
            return TransportError(.noAnswer, "cannot connect\(words)")
        case CURLE_OPERATION_TIMEDOUT:
            var sent = 0
            ccurl_get_long(easy, CURLINFO_REQUEST_SIZE, &sent)
            return TransportError(.noAnswer, sent == 0 ? "connection timed out" : "timed out waiting for the answer")
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE:
            return TransportError(.noAnswer, Self.cutShort)
        case CURLE_WRITE_ERROR:
            return TransportError(.brokenAnswer, "it is longer than \(Self.longestReply >> 20) MiB")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
            return TransportError(.brokenAnswer, "it is not HTTP")
        case CURLE_BAD_CONTENT_ENCODING:
            return TransportError(.brokenAnswer, "it cannot be decompressed")
        case CURLE_PEER_FAILED_VERIFICATION:
            return TransportError(.noAnswer, "the manager's certificate is not trusted: \(lastWords)")
        case CURLE_SSL_CACERT_BADFILE:
            return TransportError(.noAnswer, "the CA file \(caFile ?? "of the system") cannot be read")
        case CURLE_SSL_CONNECT_ERROR:
            return TransportError(.noAnswer, "no TLS connection: \(lastWords)")
        default:
            return TransportError(.noAnswer, String(cString: curl_easy_strerror(result)).lowercased())
        }
    }

    /// libcurl's error message, without the leading names of components of its TLS library.
    private var lastWords: String {
        let text = String(cString: words)
        return text.split(separator: ":").last.map { $0.trimmingCharacters(while: \.isWhitespace) } ?? text
    }

    private static func milliseconds(_ span: Duration) -> Int {
        max(1, Int(span.components.seconds * 1000) + Int(span.components.attoseconds / 1_000_000_000_000_000))
    }
}

extension Substring {
    fileprivate func trimmingCharacters(while matches: (Character) -> Bool) -> String {
        var text = drop(while: matches)
        while let last = text.last, matches(last) { text.removeLast() }
        return String(text)
    }
}
