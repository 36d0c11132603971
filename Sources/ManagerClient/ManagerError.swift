/// Why a request to a manager did not get an answer that it can go on with.
public struct ManagerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened to the request.
    public enum Reason: Hashable, Sendable {
        /// No connection, no answer in time, or a connection that broke: nobody knows whether the manager took the request.
        case unreachable(String)
        /// An answer that makes no sense: no HTTP, not the JSON that was expected, a redirect.
        case brokenReply(String)
        /// 5xx, 429 or 408: the manager, or a proxy before it, cannot now. `retryAfter` is what it asked for in `Retry-After`.
        case busy(status: Int, message: String?, retryAfter: Duration?)
        /// 401 or 403: the manager does not accept the credentials.
        case unauthorised(status: Int, message: String?)
        /// Any other 4xx: the manager does not want this request, now or later.
        case rejected(status: Int, code: Int?, message: String?)
    }

    /// What was asked, as in "POST http://manager:8080/api/worker/sign-on".
    public let request: String
    /// What happened to it.
    public let reason: Reason

    /// A request that failed.
    public init(request: String, reason: Reason) {
        self.request = request
        self.reason = reason
    }

    /// Whether the same request may well succeed later: the manager did not answer, could not, or made no sense.
    public var isTransient: Bool {
        switch reason {
        case .unreachable, .brokenReply, .busy: true
        case .unauthorised, .rejected: false
        }
    }

    /// Whether the manager has nothing there (404): what was asked about is gone, or the manager speaks another API.
    public var isNotFound: Bool {
        if case .rejected(status: 404, _, _) = reason { true } else { false }
    }

    /// The status of the answer; absent when there was none that makes sense.
    public var status: Int? {
        switch reason {
        case .unreachable, .brokenReply: nil
        case .busy(let status, _, _), .unauthorised(let status, _), .rejected(let status, _, _): status
        }
    }

    /// How long the manager asked to be left alone.
    public var retryAfter: Duration? {
        if case .busy(_, _, let retryAfter) = reason { retryAfter } else { nil }
    }

    /// One sentence without a full stop.
    public var description: String {
        switch reason {
        case .unreachable(let problem): "\(request): \(problem)"
        case .brokenReply(let problem): "\(request): invalid answer: \(problem)"
        case .busy(let status, let message, _), .unauthorised(let status, let message),
            .rejected(let status, _, let message):
            "\(request): the manager answered \(status)" + (message.map { " “\($0)”" } ?? "")
        }
    }
}
