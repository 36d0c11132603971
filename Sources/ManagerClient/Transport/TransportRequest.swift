import FoundationEssentials

/// A request as it goes out.
struct TransportRequest: Sendable {
    var method: String
    var url: String
    var headers: [String] = []
    var body: Data?
    var user: WorkerCredentials?
    /// Whether it does no harm when the other end gets it twice. On a connection that was kept, libcurl sends a request
    /// again by itself when the other end closes instead of answering.
    var isRepeatable = true
    /// Whether it goes straight to its destination, whatever proxy the environment names.
    var avoidsProxy = false
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
    /// What kind of failure it was.
    enum Kind {
        /// Nothing came, or not all of it.
        case noAnswer
        /// Something came that is no answer.
        case brokenAnswer
    }

    let kind: Kind
    /// What happened, without a full stop.
    let problem: String

    init(_ kind: Kind, _ problem: String) {
        self.kind = kind
        self.problem = problem
    }
}
