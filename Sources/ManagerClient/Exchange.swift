import FlamencoAPI
import FoundationEssentials

/// One request and its answer: what the status codes mean is decided here.
struct Exchange {
    private let client: ManagerClient
    private let route: Route
    private let arguments: [String]
    private let user: WorkerCredentials?

    init(_ client: ManagerClient, _ operation: Operation, _ arguments: [String] = [], as user: WorkerCredentials? = nil)
    {
        self.client = client
        route = operation.route
        self.arguments = arguments
        self.user = user
    }

    /// Sends the request.
    ///
    /// - Parameter expected: status codes besides 2xx that are an answer, not an error.
    /// - Throws: ``ManagerError``, `CancellationError`.
    func answer(to body: Data? = nil, orStatus expected: Set<Int> = []) async throws -> Answer {
        let reply: TransportReply
        do {
            reply = try await client.exchange(route, arguments, body: body, as: user)
        } catch let error as TransportError {
            throw failure(.unreachable(error.problem))
        }
        if (200..<300).contains(reply.status) || expected.contains(reply.status) {
            return Answer(exchange: self, status: reply.status, body: reply.body)
        }
        throw failure(Self.reason(reply))
    }

    /// What a status that is no answer means (protocol: "Action on every answer").
    private static func reason(_ reply: TransportReply) -> ManagerError.Reason {
        let (code, message) = words(of: reply)
        switch reply.status {
        case 401, 403: return .unauthorised(status: reply.status, message: message)
        case 429, 500...:
            return .busy(
                status: reply.status, message: message,
                retryAfter: RetryAfter.duration(reply.headers["retry-after"], now: Date()))
        case 400..<500: return .rejected(status: reply.status, code: code, message: message)
        case 300..<400:
            let target = reply.headers["location"].map { " to \($0)" } ?? ""
            return .brokenReply("a redirect\(target), which is not followed")
        default: return .brokenReply("status \(reply.status)")
        }
    }

    /// What an error says: the contract's JSON, or the first line of whatever came.
    private static func words(of reply: TransportReply) -> (code: Int?, message: String?) {
        if let error = try? WireJSON.decode(ErrorReply.self, from: reply.body) { return (error.code, error.message) }
        let text = String(decoding: reply.body.prefix(2000), as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).map { $0.filter { !$0.isNewline } }
            .joined(separator: " ")
        return (nil, line.isEmpty ? nil : String(line.prefix(200)))
    }

    func failure(_ reason: ManagerError.Reason) -> ManagerError {
        ManagerError(request: "\(route.method) \(client.url)\(route.path(arguments))", reason: reason)
    }
}

/// An answer that can be gone on with.
struct Answer {
    fileprivate let exchange: Exchange
    let status: Int
    let body: Data

    /// What the answer says.
    ///
    /// - Parameter otherwise: what to say of an answer that does not say it.
    /// - Throws: ``ManagerError`` when it is not the JSON that was expected.
    func value<Value: Decodable>(_ type: Value.Type, otherwise: String? = nil) throws(ManagerError) -> Value {
        do {
            return try WireJSON.decode(type, from: body)
        } catch {
            throw exchange.failure(.brokenReply((otherwise.map { $0 + ": " } ?? "") + "\(error)"))
        }
    }
}
