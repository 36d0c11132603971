import CCurl
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One request on its way, as libcurl sees it. Lives on the thread of its transport.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    private let request: TransportRequest
    private let continuation: CheckedContinuation<TransportReply, any Error>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var outgoing: UnsafeMutableRawBufferPointer?
    private var incoming = Data()
    private var headers: [String: String] = [:]

    /// What an answer may weigh; a manager has nothing to say that is longer.
    private static let longestReply = 64 << 20

    /// Nothing when libcurl has no memory left.
    init?(
        _ request: TransportRequest, userAgent: String, caFile: String?,
        continuation: CheckedContinuation<TransportReply, any Error>
    ) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.request = request
        self.continuation = continuation
        setUp(userAgent: userAgent, caFile: caFile)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        outgoing?.deallocate()
    }

    private func setUp(userAgent: String, caFile: String?) {
        ccurl_set_string(easy, CURLOPT_URL, request.url)
        ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
        ccurl_set_string(easy, CURLOPT_USERAGENT, userAgent)
        ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        // Whatever encodings this libcurl knows, gzip among them.
        ccurl_set_string(easy, CURLOPT_ACCEPT_ENCODING, "")
        ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(request.connectTimeout))
        ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, Self.milliseconds(request.totalTimeout))
        if let caFile { ccurl_set_string(easy, CURLOPT_CAINFO, caFile) }
        if let user = request.user {
            // Basic is what libcurl uses unless it is told otherwise (CURLOPT_HTTPAUTH(3)).
            ccurl_set_string(easy, CURLOPT_USERNAME, user.workerID)
            ccurl_set_string(easy, CURLOPT_PASSWORD, user.secret)
        }
        setUpBody()
        // libcurl would wait for a "100 Continue" before larger bodies.
        for header in request.headers + ["Expect:"] { headerList = curl_slist_append(headerList, header) }
        ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headerList)
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Transfer.at(context)?.receive(bytes, size * count) ?? 0
        }
        ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        ccurl_set_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            Transfer.at(context)?.receiveHeader(bytes, size * count) ?? 0
        }
        ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
    }

    private func setUpBody() {
        guard let body = request.body else {
            // A POST without a body says so; some proxies insist on it (RFC 9110 §8.6).
            if request.method == "POST" {
                ccurl_set_off(easy, CURLOPT_POSTFIELDSIZE_LARGE, 0)
                ccurl_set_string(easy, CURLOPT_COPYPOSTFIELDS, "")
                ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
            }
            return
        }
        // libcurl reads from there until the transfer is over.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, body.count), alignment: 1)
        copy.copyBytes(from: body)
        outgoing = copy
        ccurl_set_off(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, copy.baseAddress)
    }

    // MARK: What libcurl calls

    private static func at(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func receive(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        guard let bytes, incoming.count + count <= Self.longestReply else { return 0 }
        incoming.append(UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self), count: count)
        return count
    }

    private func receiveHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        if line.hasPrefix("HTTP/") { headers = [:] }
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts.count == 2 {
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(while: \.isWhitespace)
        }
        return count
    }

    // MARK: The end

    /// Hands over the answer, or why there is none.
    func finish(_ result: CURLcode) {
        guard result == CURLE_OK else {
            continuation.resume(throwing: error(result))
            return
        }
        var status = 0
        ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        continuation.resume(returning: TransportReply(status: status, headers: headers, body: incoming))
    }

    /// Ends without an answer, since nobody waits for it any more.
    func cancel() { continuation.resume(throwing: CancellationError()) }

    private func error(_ result: CURLcode) -> TransportError {
        var sent = 0
        ccurl_get_long(easy, CURLINFO_REQUEST_SIZE, &sent)
        var systemError = 0
        ccurl_get_long(easy, CURLINFO_OS_ERRNO, &systemError)
        let problem =
            switch result {
            case CURLE_COULDNT_RESOLVE_HOST: "cannot find the host"
            case CURLE_COULDNT_CONNECT:
                "cannot connect"
                    + (systemError == 0 ? "" : ": \(String(cString: strerror(Int32(systemError))).lowercased())")
            case CURLE_OPERATION_TIMEDOUT where sent == 0: "no connection in time"
            case CURLE_OPERATION_TIMEDOUT: "no answer in time"
            case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE:
                "the connection broke before the answer was complete"
            case CURLE_WRITE_ERROR: "the answer is too long"
            case CURLE_PEER_FAILED_VERIFICATION: "the manager's certificate is not trusted"
            default: String(cString: curl_easy_strerror(result)).lowercased()
            }
        return TransportError(problem: problem, wasSent: sent > 0)
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
