import FlamencoAPI
import FoundationEssentials
import HTTPServer

/// A request that the API has an operation for.
struct ServiceRequest {
    let http: HTTPRequest
    let operation: FlamencoAPI.Operation
    let dialect: APIDialect
    private let arguments: [String]

    /// Finds the operation.
    ///
    /// - Throws: ``Refusal``: 400, 404 or 405 when there is none.
    init(_ http: HTTPRequest, dialects: [APIDialect]) throws(Refusal) {
        guard let segments = http.pathSegments else {
            throw Refusal(400, "the path \(http.path) is not percent-encoded UTF-8")
        }
        switch RouteMatch(method: http.method, segments: segments, dialects: dialects) {
        case .operation(let operation, let dialect, let arguments):
            self.http = http
            self.operation = operation
            self.dialect = dialect
            self.arguments = arguments
        case .otherMethods(let methods):
            throw Refusal(
                405, "\(http.method) is not possible at \(http.path): use \(methods.joined(separator: " or "))",
                headers: ["Allow": methods.joined(separator: ", ")])
        case .nothing where http.path.isBeyondManagerLite:
            throw Refusal(
                501,
                "manager-lite has no Shaman storage, no setup assistant and no configuration file, so that there is "
                    + "nothing at \(http.path)")
        case .nothing:
            throw Refusal(404, "there is nothing at \(http.path)")
        }
    }

    /// The value of a variable segment of the path.
    func argument(_ index: Int) -> String { index < arguments.count ? arguments[index] : "" }

    /// The answer to this request: a value, as its dialect writes it.
    func reply(_ value: some Encodable, status: Int = 200) -> HTTPResponse {
        JSONReply.value(value, status: status, in: dialect)
    }

    /// The body as JSON.
    ///
    /// - Throws: ``Refusal``: 400 when it is something else.
    func body<Value: Decodable>(_ type: Value.Type) throws(Refusal) -> Value {
        try requireJSON()
        do {
            return try WireJSON.decode(type, from: http.body, in: dialect)
        } catch {
            throw Refusal(400, "request body has an error: \(error)")
        }
    }

    /// The body as a job.
    ///
    /// - Throws: ``Refusal``: 400 when it is something else.
    func submittedJob() throws(Refusal) -> SubmittedJob {
        let job = try body(SubmittedJob.self)
        if let status = job.initialStatus {
            try requireKnown(status, among: dialect.jobStatuses, field: "initial_status")
        }
        return job
    }

    /// Throws a 400 unless a value is one of those that the dialect has.
    func requireKnown<Value: WireEnum>(_ value: Value, among known: [Value], field: String) throws(Refusal) {
        guard !known.contains(value) else { return }
        throw Refusal(
            400,
            "request body has an error: field “\(field)”: expected one of "
                + "\(known.map { "“\($0)”" }.joined(separator: ", ")), found “\(value)”")
    }

    /// Who asks.
    ///
    /// - Throws: ``Refusal``: 403 when it does not say, as in Flamenco.
    func credentials() throws(Refusal) -> (user: String, password: String) {
        guard let credentials = http.basicCredentials else {
            throw Refusal(403, "this needs the credentials of a worker (HTTP Basic)")
        }
        return credentials
    }

    /// As managers in the field do: a body that does not say that it is JSON is a 400.
    private func requireJSON() throws(Refusal) {
        guard mediaType == "application/json" else {
            throw Refusal(
                400, "the body should be application/json, but is \(mediaType.map { "“\($0)”" } ?? "of no type")")
        }
    }

    /// What the body says that it is, without parameters.
    var mediaType: String? {
        http.headers["Content-Type"]?.split(separator: ";").first.map {
            String($0).lowercased().filter { $0 != " " }
        }
    }
}

extension String {
    /// Whether a path is one of Flamenco's that are for what this manager deliberately does not have.
    fileprivate var isBeyondManagerLite: Bool {
        let root = APIDialect.v3.root
        return ["/shaman/", "/configuration/check/", "/configuration/setup-assistant", "/configuration/file"].contains {
            hasPrefix(root + $0)
        }
    }
}
