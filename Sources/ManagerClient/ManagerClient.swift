public import FlamencoAPI
import FoundationEssentials

/// A manager, as those who talk to it see it: one method for each operation of the contract.
///
/// Every method throws ``ManagerError`` when there is no answer that it can go on with, and `CancellationError` when the
/// surrounding task is cancelled, which ends the transfer at once.
///
/// Connections are kept and used again, by all copies of a client. Proxies are taken from the environment as libcurl does
/// (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`), except for a manager on this machine, which is always spoken to
/// directly. Redirects are never followed, so that credentials go nowhere but to the manager.
public struct ManagerClient: Sendable {
    /// How long a request may take.
    public struct Timeouts: Hashable, Sendable {
        /// Until the connection stands.
        public var connect = Duration.seconds(10)
        /// In all.
        public var total = Duration.seconds(60)

        /// The time-outs that suit a farm.
        public init() {}
    }

    /// Where the manager is.
    public let url: ManagerURL
    /// The API that the manager speaks, as far as this copy of the client knows; see ``introduced()``.
    public var dialect: APIDialect
    /// How long the requests of this copy of the client may take.
    public var timeouts: Timeouts
    /// Is told of every request that came to an end, with the status of its answer; without one when there was no answer.
    public var onAnswer: (@Sendable (_ operation: Operation, _ status: Int?) -> Void)?
    /// Takes secrets out of what the manager says, before that becomes part of an error: there it may be cut, and half a
    /// secret is not recognised any more.
    public var conceal: @Sendable (String) -> String = { $0 }
    let transport: Transport

    /// A client that has not said anything yet; it costs nothing before its first request.
    ///
    /// - Parameters:
    ///   - software: what the client calls itself, as in `Flamenco-Agent/1.0`.
    ///   - caFile: the certificates to trust in place of those of the system.
    public init(
        url: ManagerURL, software: String, caFile: String? = nil, dialect: APIDialect = .v2022,
        timeouts: Timeouts = Timeouts()
    ) {
        self.url = url
        self.dialect = dialect
        self.timeouts = timeouts
        transport = Transport(userAgent: software, caFile: caFile)
    }

    // MARK: Any operation

    /// Sends a request that needs no worker, and decodes the answer.
    ///
    /// - Parameter arguments: the variable segments of the path, in their order.
    public func send<Answer: Decodable & Sendable>(
        _ operation: Operation, _ arguments: String..., body: (any Encodable)? = nil,
        expecting type: Answer.Type
    ) async throws -> Answer {
        try await Exchange(self, operation, arguments).answer(to: try encode(body), status: 200..<300).value(type)
    }

    /// Sends a request that needs no worker, and does not look at what the answer says besides yes.
    public func send(_ operation: Operation, _ arguments: String..., body: (any Encodable)? = nil) async throws {
        _ = try await Exchange(self, operation, arguments).answer(to: try encode(body), status: 200..<300)
    }

    /// Sends a request that needs no worker, and gives the answer as text.
    public func text(_ operation: Operation, _ arguments: String...) async throws -> String {
        let answer = try await Exchange(self, operation, arguments).answer(status: [200, 204])
        return String(decoding: answer.body, as: UTF8.self)
    }

    func encode(_ body: (any Encodable)?) throws -> RequestBody? {
        try body.map { .json(try WireJSON.encode($0, in: dialect)) }
    }

    /// Sends a request as it stands: the one place where requests are put together.
    func exchange(
        _ operation: Operation, _ arguments: [String], body: RequestBody?, as user: WorkerCredentials?
    ) async throws -> TransportReply {
        let route = operation.route(in: dialect)
        return try await transport.send(
            TransportRequest(
                method: route.method, url: url.description + route.path(arguments),
                headers: ["Accept: application/json"] + (body.map { ["Content-Type: \($0.contentType)"] } ?? []),
                body: body?.data, user: user, isRepeatable: operation != .registerWorker && operation != .submitJob,
                avoidsProxy: url.isLoopback, connectTimeout: timeouts.connect, totalTimeout: timeouts.total))
    }
}
