public import FlamencoAPI
import FoundationEssentials

/// A client for a manager: one method for each operation of the contract.
///
/// Every method throws ``ManagerError`` if there is no usable answer, and `CancellationError` when the surrounding task
/// is cancelled, which ends the transfer immediately.
///
/// Connections are kept and reused by all copies of a client. Proxies are read from the environment by libcurl
/// (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`), except for a manager on this machine, which is always
/// contacted directly. Redirects are never followed, so that credentials are only sent to the manager.
public struct ManagerClient: Sendable {
    /// Time limits of a request.
    public struct Timeouts: Hashable, Sendable {
        /// Until the connection is established.
        public var connect = Duration.seconds(10)
        /// In total.
        public var total = Duration.seconds(60)

        /// Creates time limits that are suitable for a farm.
        public init() {}
    }

    /// The URL of the manager.
    public let url: ManagerURL
    /// The API of the manager, as far as this copy of the client knows; see ``introduced()``.
    public var dialect: APIDialect
    /// The time limits of requests by this copy of the client.
    public var timeouts: Timeouts
    /// Called after every request, with the status of its answer; nil if there was no answer.
    public var onAnswer: (@Sendable (_ operation: Operation, _ status: Int?) -> Void)?
    /// Removes secrets from the manager's messages before they become part of an error: messages may be truncated
    /// there, and a truncated secret would not be recognised.
    public var conceal: @Sendable (String) -> String = { $0 }
    let transport: Transport

    /// Creates a client, without a connection before its first request.
    ///
    /// - Parameters:
    ///   - software: the name and version of the client, for example `Flamenco-Agent/1.0`.
    ///   - caFile: the certificates to trust instead of the system's.
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
    /// - Parameter arguments: the variable segments of the path, in order.
    public func send<Answer: Decodable & Sendable>(
        _ operation: Operation, _ arguments: String..., body: (any Encodable)? = nil,
        expecting type: Answer.Type
    ) async throws -> Answer {
        try await Exchange(self, operation, arguments).answer(to: try encode(body), status: 200..<300).value(type)
    }

    /// Sends a request that needs no worker, and ignores the content of the answer.
    public func send(_ operation: Operation, _ arguments: String..., body: (any Encodable)? = nil) async throws {
        _ = try await Exchange(self, operation, arguments).answer(to: try encode(body), status: 200..<300)
    }

    /// Sends a request that needs no worker, and returns the answer as text.
    public func text(_ operation: Operation, _ arguments: String...) async throws -> String {
        let answer = try await Exchange(self, operation, arguments).answer(status: [200, 204])
        return String(decoding: answer.body, as: UTF8.self)
    }

    func encode(_ body: (any Encodable)?) throws -> RequestBody? {
        try body.map { .json(.data(try WireJSON.encode($0, in: dialect))) }
    }

    /// Builds a request; all requests are built here.
    func exchange(
        _ operation: Operation, _ arguments: [String], body: RequestBody?, as user: WorkerCredentials?
    ) async throws -> TransportReply {
        let route = operation.route(in: dialect)
        return try await transport.send(
            TransportRequest(
                method: route.method, url: url.description + route.path(arguments),
                headers: ["Accept: application/json"] + (body.map { ["Content-Type: \($0.contentType)"] } ?? []),
                body: body?.content, user: user, isRepeatable: operation != .registerWorker && operation != .submitJob,
                avoidsProxy: url.isLoopback, connectTimeout: timeouts.connect, totalTimeout: timeouts.total))
    }
}
