public import FoundationEssentials

/// A request as a handler sees it.
public struct HTTPRequest: Sendable {
    /// The method, as in `GET`.
    public var method: String
    /// The target as it came, query included.
    public var target: String {
        didSet { pathSegments = Self.pathSegments(of: target) }
    }
    /// The parts of the path between its slashes, percent-decoded: `/tasks/a%2Fb` is `["tasks", "a/b"]`, `/` is `[]`, and
    /// a slash at the end leaves an empty part. `nil` if a part is not percent-encoded UTF-8; such a request is a 400.
    public private(set) var pathSegments: [String]?
    /// The header fields.
    public var headers: HTTPHeaders
    /// The body, transfer coding removed.
    public var body: Data
    /// The address of the other end, without port.
    public var remoteAddress: String
    /// The address of this end, without port.
    public var localAddress: String

    /// A request.
    public init(
        method: String, target: String, headers: HTTPHeaders = HTTPHeaders(), body: Data = Data(),
        remoteAddress: String = "127.0.0.1", localAddress: String = "127.0.0.1"
    ) {
        self.method = method
        self.target = target
        pathSegments = Self.pathSegments(of: target)
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.localAddress = localAddress
    }
}
