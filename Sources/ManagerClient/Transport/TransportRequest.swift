import FoundationEssentials

/// A request as it goes out.
struct TransportRequest: Sendable {
    var method: String
    var url: String
    var headers: [String] = []
    var body: Data?
    var user: WorkerCredentials?
    var connectTimeout: Duration
    var totalTimeout: Duration
}

/// The answer to a request.
struct TransportReply: Sendable {
    var status: Int
    /// The header fields, by their names in lower case; the last of a name counts.
    var headers: [String: String]
    var body: Data
}

/// Why there is no answer to a request, in words for a person.
struct TransportError: Error, Hashable, Sendable {
    /// What happened, without a full stop.
    let problem: String
    /// Whether the other end may have got the request.
    let wasSent: Bool
}
