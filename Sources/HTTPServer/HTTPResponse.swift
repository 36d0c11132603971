public import FoundationEssentials

/// An answer to a request. The server sets `Content-Length`, `Transfer-Encoding`, `Date` and `Connection`; values from
/// a handler are ignored.
public struct HTTPResponse: Sendable {
    /// The status code, 200 to 599.
    public var status: Int
    /// The header fields.
    public var headers: HTTPHeaders
    /// The body. It is not sent with 204 and 304, nor for a HEAD request.
    public var body: Data
    /// Text that follows the body, in pieces: it is sent without copying, so that many answers can share it.
    public var text: [String] = []
    /// The continuation of body and text for as long as the connection lasts, which is closed after it; such an answer
    /// has no length. Only allowed for a 200.
    public var stream: HTTPStream?
    /// How much of the answer is sent.
    public var delivery = Delivery.whole

    /// How much of an answer is sent: anything but `whole` makes the server misbehave on demand.
    public enum Delivery: Hashable, Sendable {
        /// The complete answer.
        case whole
        /// Only this many bytes, including the head; then the connection is closed.
        case cutAfter(bytes: Int)
        /// Nothing: the connection stays open without an answer until the other end closes it or the server stops.
        case never
    }

    /// The size of body and text, in bytes.
    public var contentLength: Int { text.reduce(body.count) { $0 + $1.utf8.count } }

    /// Creates an answer.
    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: Data = Data(), delivery: Delivery = .whole) {
        self.status = status
        self.headers = headers
        self.body = body
        self.delivery = delivery
    }
}
