import Farm
package import FlamencoAPI
import FoundationEssentials
package import HTTPServer

/// A request for an operation of the API.
struct ServiceRequest {
    let http: HTTPRequest
    let operation: FlamencoAPI.Operation
    let dialect: APIDialect
    private let arguments: [String]

    /// Finds the operation.
    ///
    /// - Throws: ``ServiceError``: 400, 404 or 405 if there is none.
    init(_ http: HTTPRequest, dialects: [APIDialect]) throws(ServiceError) {
        guard let segments = http.pathSegments else {
            throw ServiceError(400, "the path \(http.path) is not percent-encoded UTF-8")
        }
        switch RouteMatch(method: http.method, segments: segments, dialects: dialects) {
        case .operation(let operation, let dialect, let arguments):
            self.http = http
            self.operation = operation
            self.dialect = dialect
            self.arguments = arguments
        case .otherMethods(let methods):
            throw ServiceError(
                405, "\(http.method) is not allowed at \(http.path): use \(methods.joined(separator: " or "))",
                headers: ["Allow": methods.joined(separator: ", ")])
        case .nothing where http.path.isBeyondManagerLite:
            throw ServiceError(
                501,
                "manager-lite has no Shaman storage, no setup assistant and no configuration file: there is "
                    + "nothing at \(http.path)")
        case .nothing:
            throw ServiceError(404, "there is nothing at \(http.path)")
        }
    }

    /// Returns the value of a variable segment of the path.
    func argument(_ index: Int) -> String { index < arguments.count ? arguments[index] : "" }

    /// Returns a value as the answer to this request, in its dialect.
    func reply(_ value: some Encodable, status: Int = 200) -> HTTPResponse {
        JSONReply.value(value, status: status, in: dialect)
    }

    /// Decodes the body from JSON.
    ///
    /// - Throws: ``ServiceError``: 400 if it is invalid.
    func body<Value: Decodable>(_ type: Value.Type) throws(ServiceError) -> Value {
        try requireJSON()
        do {
            return try WireJSON.decode(type, from: http.body, in: dialect)
        } catch {
            throw ServiceError(400, "invalid request body: \(error)")
        }
    }

    /// Decodes the body as a job.
    ///
    /// - Throws: ``ServiceError``: 400 if it is invalid.
    func submittedJob() throws(ServiceError) -> SubmittedJob {
        let job = try body(SubmittedJob.self)
        if let status = job.initialStatus {
            try requireKnown(status, among: dialect.jobStatuses, field: "initial_status")
        }
        return job
    }

    /// Throws a 400 unless a value is known in the dialect.
    func requireKnown<Value: WireEnum>(_ value: Value, among known: [Value], field: String) throws(ServiceError) {
        guard !known.contains(value) else { return }
        throw ServiceError(
            400,
            "invalid request body: field \"\(field)\": expected one of "
                + "\(known.map { "\"\($0)\"" }.joined(separator: ", ")), found \"\(value)\"")
    }

    /// Returns the credentials of the worker.
    ///
    /// - Throws: ``ServiceError``: 403 if there are none, as in Flamenco.
    func credentials() throws(ServiceError) -> (user: String, password: String) {
        guard let credentials = http.basicCredentials else {
            throw ServiceError(403, "worker credentials are required (HTTP Basic)")
        }
        return credentials
    }

    /// Like existing managers: a body that is not declared as JSON is a 400.
    private func requireJSON() throws(ServiceError) {
        guard mediaType == "application/json" else {
            throw ServiceError(
                400, "the body should be application/json, but is \(mediaType.map { "\"\($0)\"" } ?? "of no type")")
        }
    }

    /// The media type of the body, without parameters.
    var mediaType: String? {
        http.headers["Content-Type"]?.split(separator: ";").first.map {
            String($0).lowercased().filter { $0 != " " }
        }
    }
}

extension String {
    /// Whether a path is one of Flamenco's for a feature that this manager deliberately does not have.
    fileprivate var isBeyondManagerLite: Bool {
        let root = APIDialect.v3.root
        return ["/shaman/", "/configuration/check/", "/configuration/setup-assistant", "/configuration/file"].contains {
            hasPrefix(root + $0)
        }
    }
}

/// Answers with JSON.
package enum JSONReply {
    /// Returns an answer with a value.
    package static func value(
        _ value: some Encodable, status: Int = 200, in dialect: APIDialect? = nil
    ) -> HTTPResponse {
        do {
            return HTTPResponse(
                status: status, headers: ["Content-Type": "application/json"],
                body: try WireJSON.encode(value, in: dialect))
        } catch {
            return Self.error(500, "the answer cannot be written as JSON: \(error)")
        }
    }

    /// Returns an answer with an error (contract: `Error`).
    package static func error(_ status: Int, _ message: String) -> HTTPResponse {
        value(ErrorReply(code: status, message: message), status: status)
    }

    /// 204: success without content.
    package static let nothing = HTTPResponse(status: 204)
}

/// Why a request failed: a status and one sentence.
struct ServiceError: Error {
    let status: Int
    let message: String
    private(set) var headers = HTTPHeaders()

    init(_ status: Int, _ message: String, headers: HTTPHeaders = HTTPHeaders()) {
        self.status = status
        self.message = message
        self.headers = headers
    }

    init(_ error: FarmError) { self.init(error.status.rawValue, error.description) }

    var response: HTTPResponse {
        var response = JSONReply.error(status, message)
        for field in headers { response.headers.append(field.name, field.value) }
        return response
    }
}

/// Calls the farm; its error becomes the answer to the request.
func asking<Answer>(_ body: () throws(FarmError) -> Answer) throws(ServiceError) -> Answer {
    do throws(FarmError) {
        return try body()
    } catch {
        throw ServiceError(error)
    }
}
