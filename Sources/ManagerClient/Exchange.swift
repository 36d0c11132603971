import FlamencoAPI
import FoundationEssentials
import HumanText

/// One request and its answer: interprets the status codes.
struct Exchange {
    fileprivate let client: ManagerClient
    private let operation: Operation
    private let arguments: [String]
    private let user: WorkerCredentials?

    init(_ client: ManagerClient, _ operation: Operation, _ arguments: [String] = [], as user: WorkerCredentials? = nil)
    {
        self.client = client
        self.operation = operation
        self.arguments = arguments
        self.user = user
    }

    /// Sends the request.
    ///
    /// - Parameter expected: the status codes of an answer; all others are errors, so that a proxy's web page is never
    ///   mistaken for an answer of the manager.
    /// - Throws: ``ManagerError``, `CancellationError`.
    func answer(to body: RequestBody? = nil, status expected: some Collection<Int>) async throws -> Answer {
        let reply: TransportReply
        do {
            reply = try await client.exchange(operation, arguments, body: body, as: user)
        } catch let error as TransportError {
            client.onAnswer?(operation, nil)
            switch error.kind {
            case .noAnswer: throw failure(.unreachable(error.problem))
            case .brokenAnswer: throw failure(.brokenReply(error.problem))
            }
        }
        client.onAnswer?(operation, reply.status)
        guard expected.contains(reply.status) else { throw failure(reason(reply)) }
        return Answer(
            exchange: self, status: reply.status, body: reply.body,
            date: reply.headers["date"].flatMap(HTTPDate.parse).map { Date(timeIntervalSince1970: Double($0)) })
    }

    /// Returns the error for an unexpected status (protocol: "Action on every answer").
    private func reason(_ reply: TransportReply) -> ManagerError.Reason {
        let (code, message) = problem(in: reply)
        switch reply.status {
        case 401, 403: return .unauthorised(status: reply.status, message: message)
        // 408 means that the request was not complete in time (RFC 9110 §15.5.9): the network's fault.
        case 408, 429, 500...:
            return .busy(
                status: reply.status, message: message,
                retryAfter: RetryAfter.duration(reply.headers["retry-after"], date: reply.headers["date"], now: Date()))
        case 400..<500: return .rejected(status: reply.status, code: code, message: message)
        case 300..<400:
            guard let target = reply.headers["location"] else { fallthrough }
            return .brokenReply("a redirect to \(Excerpt.line(target, client.conceal)); redirects are not followed")
        default: return .brokenReply("status \(reply.status), which is not valid for this request")
        }
    }

    /// Extracts the text of an error: the contract's JSON, or the body.
    private func problem(in reply: TransportReply) -> (code: Int?, message: String?) {
        // Error messages are short; a longer body is a web page.
        let error =
            reply.body.count > AnswerReading.smallSize ? nil : try? WireJSON.decode(ErrorReply.self, from: reply.body)
        let line = Excerpt.line(error.map { Data($0.message.utf8) } ?? reply.body, client.conceal)
        return (error?.code, line.isEmpty ? nil : line)
    }

    var dialect: APIDialect { client.dialect }

    func failure(_ reason: ManagerError.Reason) -> ManagerError {
        let route = operation.route(in: dialect)
        return ManagerError(
            request: "\(route.method) \(client.url)\(route.path(arguments))", reason: reason)
    }
}

/// A successful answer.
struct Answer {
    fileprivate let exchange: Exchange
    let status: Int
    let body: Data
    /// The time on the manager's clock, if reported.
    let date: Date?

    /// Decodes the answer.
    ///
    /// - Parameter otherwise: the error message if decoding fails.
    /// - Throws: ``ManagerError`` if it is not the expected JSON, `CancellationError`.
    func value<Value: Decodable & Sendable>(_ type: Value.Type, otherwise: String? = nil) async throws -> Value {
        let dialect = exchange.dialect
        return try await read(otherwise: otherwise) { try WireJSON.decode(type, from: $0, in: dialect) }
    }

    /// Decodes the assigned task.
    ///
    /// - Throws: ``ManagerError`` if it is not a task, or has no ID; `CancellationError`.
    func task() async throws -> ScheduledTask {
        let dialect = exchange.dialect
        return try await read { body in
            do throws(JSONError) {
                return .task(try WireJSON.decode(AssignedTask.self, from: body, in: dialect))
            } catch {
                guard let id = WireJSON.topLevelString("uuid", in: body), !id.isEmpty else { throw error }
                return .unreadable(AssignedTask(uuid: id), problem: error.description)
            }
        }
    }

    private func read<Value: Sendable>(
        otherwise: String? = nil, _ read: @escaping @Sendable (Data) throws -> Value
    ) async throws -> Value {
        do {
            return try await AnswerReading.value(in: body, read)
        } catch let problem as JSONError {
            let text = Excerpt.line(body, exchange.client.conceal)
            let words = exchange.client.conceal(problem.description)
            let found = text.isEmpty ? "its body is empty" : "\(words), in \"\(text)\""
            throw exchange.failure(.brokenReply((otherwise.map { $0 + ": " } ?? "") + found))
        }
    }
}

/// The body of a request, and its type.
struct RequestBody: Sendable {
    let contentType: String
    let content: RequestContent

    /// Creates a JSON body.
    static func json(_ content: RequestContent) -> RequestBody {
        RequestBody(contentType: "application/json", content: content)
    }
}
