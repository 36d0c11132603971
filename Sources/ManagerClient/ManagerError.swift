/// Why a request to a manager has no usable answer.
public struct ManagerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened to the request.
    public enum Reason: Hashable, Sendable {
        /// No connection, no answer in time, or a broken connection: it is unknown whether the manager received the
        /// request.
        case unreachable(String)
        /// An invalid answer: not HTTP, not the expected JSON, or a redirect.
        case brokenReply(String)
        /// 5xx, 429 or 408: the manager, or a proxy in front of it, is temporarily unable to answer. `retryAfter` is
        /// from `Retry-After`.
        case busy(status: Int, message: String?, retryAfter: Duration?)
        /// 401 or 403: the manager does not accept the credentials.
        case unauthorised(status: Int, message: String?)
        /// Any other 4xx: the manager rejects this request permanently.
        case rejected(status: Int, code: Int?, message: String?)
    }

    /// The request, for example "POST http://manager:8080/api/worker/sign-on".
    public let request: String
    /// What happened to the request.
    public let reason: Reason

    /// Creates the error of a request.
    public init(request: String, reason: Reason) {
        self.request = request
        self.reason = reason
    }

    /// Whether the same request may succeed later: the manager did not answer, was unable to, or sent an invalid
    /// answer.
    public var isTransient: Bool {
        switch reason {
        case .unreachable, .brokenReply, .busy: true
        case .unauthorised, .rejected: false
        }
    }

    /// Whether the manager answered 404: the object no longer exists, or the manager uses another API.
    public var isNotFound: Bool {
        if case .rejected(status: 404, _, _) = reason { true } else { false }
    }

    /// The status of the answer; nil if there was no valid one.
    public var status: Int? {
        switch reason {
        case .unreachable, .brokenReply: nil
        case .busy(let status, _, _), .unauthorised(let status, _), .rejected(let status, _, _): status
        }
    }

    /// How long the manager asked to wait.
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
            "\(request): the manager answered \(status)" + (message.map { " \"\($0)\"" } ?? "")
        }
    }
}
