import FlamencoAPI
import FoundationEssentials
import HumanText

/// One request and its answer: what the status codes mean is decided here.
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
    /// - Parameter expected: the status codes that are an answer; anything else is an error, so that a web page from a
    ///   proxy never passes for a manager's yes.
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

    /// What a status that is no answer means (protocol: "Action on every answer").
    private func reason(_ reply: TransportReply) -> ManagerError.Reason {
        let (code, message) = problem(in: reply)
        switch reply.status {
        case 401, 403: return .unauthorised(status: reply.status, message: message)
        // A 408 says that the request did not come whole in time (RFC 9110 §15.5.9): the network's fault, not its own.
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

    /// What an error says: the contract's JSON, or whatever came.
    private func problem(in reply: TransportReply) -> (code: Int?, message: String?) {
        // What says what is wrong is short; anything else is a web page.
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

/// An answer that can be gone on with.
struct Answer {
    fileprivate let exchange: Exchange
    let status: Int
    let body: Data
    /// What the clock of the manager showed, if it says so.
    let date: Date?

    /// What the answer says.
    ///
    /// - Parameter otherwise: what to say of an answer that does not say it.
    /// - Throws: ``ManagerError`` when it is not the JSON that was expected, `CancellationError`.
    func value<Value: Decodable & Sendable>(_ type: Value.Type, otherwise: String? = nil) async throws -> Value {
        let dialect = exchange.dialect
        return try await read(otherwise: otherwise) { try WireJSON.decode(type, from: $0, in: dialect) }
    }

    /// The task that the answer hands out.
    ///
    /// - Throws: ``ManagerError`` when it is none, or one that does not even say which it is; `CancellationError`.
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
            let found = text.isEmpty ? "its body is empty" : "\(words), in “\(text)”"
            throw exchange.failure(.brokenReply((otherwise.map { $0 + ": " } ?? "") + found))
        }
    }
}

/// The body of a request, and what it is.
struct RequestBody: Sendable {
    let contentType: String
    let data: Data

    /// JSON.
    static func json(_ data: Data) -> RequestBody { RequestBody(contentType: "application/json", data: data) }
}
