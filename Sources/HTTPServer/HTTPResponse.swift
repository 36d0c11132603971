public import FoundationEssentials

/// An answer to a request. `Content-Length`, `Transfer-Encoding`, `Date` and `Connection` are the server's business: what
/// a handler says about them is left out.
public struct HTTPResponse: Sendable {
    /// The status code, 200 to 599.
    public var status: Int
    /// The header fields.
    public var headers: HTTPHeaders
    /// The body. It is not sent with 204 and 304, nor for a HEAD request.
    public var body: Data
    /// Text that follows the body, in pieces: it is sent from where it is, so that many can be sent the same at no cost.
    public var text: [String] = []
    /// What follows on body and text for as long as the connection lasts, which is closed behind it; such an answer has no
    /// length. Only a 200 has it.
    public var stream: HTTPStream?
    /// How much of the answer goes out.
    public var delivery = Delivery.whole

    /// How much of an answer goes out: a server that is to misbehave on demand says something else than `whole`.
    public enum Delivery: Hashable, Sendable {
        /// All of it.
        case whole
        /// As many of its bytes, head included; then the connection is closed.
        case cutAfter(bytes: Int)
        /// None of it: the connection stays open and silent until the other end closes it or the server stops.
        case never
    }

    /// How many bytes the body and the text have.
    public var contentLength: Int { text.reduce(body.count) { $0 + $1.utf8.count } }

    /// An answer.
    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: Data = Data(), delivery: Delivery = .whole) {
        self.status = status
        self.headers = headers
        self.body = body
        self.delivery = delivery
    }
}
