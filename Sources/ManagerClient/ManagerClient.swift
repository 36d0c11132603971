public import FlamencoAPI
import FoundationEssentials

/// A manager, as those who talk to it see it: one method for each operation of the contract.
///
/// Every method throws ``ManagerError`` when there is no answer that it can go on with, and `CancellationError` when the
/// surrounding task is cancelled, which ends the transfer at once.
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
    private let transport: Transport
    private let timeouts: Timeouts

    /// A client that has not said anything yet.
    ///
    /// - Parameters:
    ///   - software: what the client calls itself, as in `Flamenco-Agent/1.0`.
    ///   - caFile: the certificates to trust in place of those of the system.
    /// - Throws: ``ManagerError`` when there is no memory or thread left for it.
    public init(
        url: ManagerURL, software: String, caFile: String? = nil, timeouts: Timeouts = Timeouts()
    ) throws(ManagerError) {
        do {
            transport = try Transport(userAgent: software, caFile: caFile)
        } catch {
            throw ManagerError(request: "\(url)", reason: .unreachable(error.problem))
        }
        self.url = url
        self.timeouts = timeouts
    }

    // MARK: Any operation

    /// Sends a request that needs no worker, and decodes the answer.
    ///
    /// - Parameters:
    ///   - arguments: the variable segments of the path, in their order.
    ///   - query: what stands behind the path, as in `limit=5`.
    public func send<Answer: Decodable>(
        _ operation: Operation, _ arguments: String..., body: (any Encodable)? = nil,
        expecting type: Answer.Type
    ) async throws -> Answer {
        try await Exchange(self, operation, arguments).answer(to: try Self.encode(body)).value(type)
    }

    /// Sends a request that needs no worker, and does not look at what the answer says besides yes.
    public func send(_ operation: Operation, _ arguments: String..., body: (any Encodable)? = nil) async throws {
        _ = try await Exchange(self, operation, arguments).answer(to: try Self.encode(body))
    }

    /// Sends a request that needs no worker, and gives the answer as text.
    public func text(_ operation: Operation, _ arguments: String...) async throws -> String {
        String(decoding: try await Exchange(self, operation, arguments).answer().body, as: UTF8.self)
    }

    static func encode(_ body: (any Encodable)?) throws -> Data? { try body.map { try WireJSON.encode($0) } }

    /// Sends a request as it stands.
    func exchange(
        _ route: Route, _ arguments: [String], body: Data?, as user: WorkerCredentials?
    ) async throws -> TransportReply {
        try await transport.send(
            TransportRequest(
                method: route.method, url: url.description + route.path(arguments),
                headers: ["Accept: application/json"] + (body == nil ? [] : ["Content-Type: application/json"]),
                body: body, user: user, connectTimeout: timeouts.connect, totalTimeout: timeouts.total))
    }
}
