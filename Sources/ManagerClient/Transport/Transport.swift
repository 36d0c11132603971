import CCurl
import FoundationEssentials
import Synchronization
import System

/// Sends requests over HTTP with libcurl: one thread, one multi handle, connections kept and used again
/// (libcurl-multi(3)). The thread begins with the first request and ends when the last reference goes.
final class Transport: Sendable {
    private let userAgent: String
    private let caFile: String?
    private let inbox = Mutex<TransportInbox?>(nil)

    /// - Parameter caFile: the certificates to trust in place of those of the system.
    init(userAgent: String, caFile: String? = nil) {
        self.userAgent = userAgent
        self.caFile = caFile
    }

    deinit { inbox.withLock { $0?.close() } }

    /// The answer to a request; cancellation ends the transfer.
    ///
    /// - Throws: ``TransportError``, `CancellationError`.
    func send(_ request: TransportRequest) async throws -> TransportReply {
        try Task.checkCancellation()
        let inbox = try runningInbox()
        let number = inbox.nextNumber()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                inbox.post(.begin(number, request, continuation))
                // A cancellation that came before the wish above found nothing to cancel.
                if Task.isCancelled { inbox.post(.cancel(number)) }
            }
        } onCancel: {
            inbox.post(.cancel(number))
        }
    }

    private func runningInbox() throws(TransportError) -> TransportInbox {
        try inbox.withLock { inbox throws(TransportError) in
            if let inbox { return inbox }
            let started = try start()
            inbox = started
            return started
        }
    }

    private func start() throws(TransportError) -> TransportInbox {
        guard Self.isLibraryReady, let multi = curl_multi_init() else {
            throw TransportError(.noAnswer, "cannot initialise libcurl")
        }
        let inbox = TransportInbox(multi: multi)
        let loop = TransportLoop(inbox: inbox, multi: multi, userAgent: userAgent, caFile: caFile)
        do throws(SystemError) {
            try SystemThread.start("libcurl") { loop.run() }
        } catch {
            throw TransportError(.noAnswer, "cannot start a thread")
        }
        return inbox
    }

    /// Whether libcurl is set up, which must happen once and before anything else (curl_global_init(3)).
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

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
    /// Takes each part of the body of a 200 as it comes, with the header fields, in place of collecting it; says whether it
    /// wants more. Called on the thread of the transport.
    var receive: (@Sendable (_ part: Data, _ headers: [String: String]) -> Bool)?
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
