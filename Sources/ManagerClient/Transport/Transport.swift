import CCurl
import FoundationEssentials
import Synchronization
import System

/// Sends HTTP requests with libcurl: one thread, one multi handle, reused connections (libcurl-multi(3)). The thread
/// starts with the first request and ends when the last reference is released.
final class Transport: Sendable {
    private let userAgent: String
    private let caFile: String?
    private let inbox = Mutex<TransportInbox?>(nil)

    /// - Parameter caFile: the certificates to trust instead of the system's.
    init(userAgent: String, caFile: String? = nil) {
        self.userAgent = userAgent
        self.caFile = caFile
    }

    deinit { inbox.withLock { $0?.close() } }

    /// Sends a request and returns its answer; cancellation ends the transfer.
    ///
    /// - Throws: ``TransportError``, `CancellationError`.
    func send(_ request: TransportRequest) async throws -> TransportReply {
        try Task.checkCancellation()
        let inbox = try runningInbox()
        let number = inbox.nextNumber()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                inbox.post(.begin(number, request, continuation))
                // A cancellation before the request was posted found nothing to cancel.
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

    /// Whether libcurl is initialised, which must happen once and before anything else (curl_global_init(3)).
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// A request.
struct TransportRequest: Sendable {
    var method: String
    var url: String
    var headers: [String] = []
    var body: RequestContent?
    var user: WorkerCredentials?
    /// Whether it may be received twice. On a reused connection, libcurl repeats a request by itself if the other end
    /// closes it instead of answering.
    var isRepeatable = true
    /// Whether it is sent directly to its destination, whatever proxy the environment sets.
    var avoidsProxy = false
    var connectTimeout: Duration
    var totalTimeout: Duration
    /// Receives each part of the body of a 200 as it arrives, with the header fields, instead of collecting the body;
    /// returns whether to continue. Called on the thread of the transport.
    var receive: (@Sendable (_ part: Data, _ headers: [String: String]) -> Bool)?
}

/// The answer to a request.
struct TransportReply: Sendable {
    var status: Int
    /// The header fields, by lower-case name; the last of a name counts.
    var headers: [String: String]
    var body: Data
}

/// Why there is no answer to a request, described for users.
struct TransportError: Error, Hashable, Sendable {
    /// The kind of failure.
    enum Kind {
        /// No answer, or an incomplete one.
        case noAnswer
        /// An invalid answer.
        case brokenAnswer
    }

    let kind: Kind
    /// The problem, without a full stop.
    let problem: String

    init(_ kind: Kind, _ problem: String) {
        self.kind = kind
        self.problem = problem
    }
}
