import Farm
import FlamencoAPI
import Foundation
import HTTPServer
import Service
import Testing

@Suite("manager-lite, asked what an agent asks")
struct TranscriptReplayTests {
    private static let secret = "a secret"

    /// What people ask of a worker before the exchange at which it hears of it.
    private func prepare(
        _ exchange: Transcript.Exchange, _ service: Service, worker: String, dialect: APIDialect
    ) async throws {
        guard !exchange.line.hasSuffix("/sign-on"),
            let reply = try? WireJSON.decode(JSONValue.self, from: Data(exchange.reply.utf8)),
            let status = reply["status_requested"]?.stringValue
        else { return }
        let response = await service.answer(
            Self.request(
                "POST \(dialect.root)/worker-mgt/workers/\(worker)/setstatus",
                #"{"status": "\#(status)", "is_lazy": false}"#))
        try #require(response.status == 204)
    }

    private static func request(_ line: String, _ body: String?, as worker: String? = nil) -> HTTPRequest {
        let words = line.split(separator: " ").map(String.init)
        var headers = HTTPHeaders()
        headers["Content-Length"] = "\(body?.utf8.count ?? 0)"
        let isImage = body?.hasPrefix("image/") == true
        if let body { headers["Content-Type"] = isImage ? body : "application/json" }
        if let worker {
            headers["Authorization"] = "Basic " + Data("\(worker):\(secret)".utf8).base64EncodedString()
        }
        return HTTPRequest(method: words[0], target: words[1], headers: headers, body: Data((body ?? "").utf8))
    }

    @Test(
        "answers each exchange of the transcript with its status, its members and its protocol words",
        arguments: APIDialect.allCases)
    func replay(dialect: APIDialect) async throws {
        let service = Service(farm: Farm(), dialects: [dialect])
        let commands =
            #"[{"name": "echo", "parameters": {"message": "hello"}}, {"name": "exec", "parameters": {"exe": "true"}}]"#
        let submitter = dialect == .v3 ? #""submitter_platform": "linux", "# : ""
        let submitted = await service.answer(
            Self.request(
                "POST \(dialect.root)/jobs",
                #"{"name": "hello", "type": "commands", "priority": 50, \#(submitter)"settings": {"commands": \#(commands)}}"#
            ))
        try #require(submitted.status == 200, "\(String(decoding: submitted.body, as: UTF8.self))")

        var (worker, task) = ("", "")
        for exchange in try Transcript(of: dialect, ["secret": Self.secret]).exchanges {
            let line = exchange.line.replacing("<worker>", with: worker).replacing("<task>", with: task)
            try await prepare(exchange, service, worker: worker, dialect: dialect)
            let response = await service.answer(
                Self.request(line, exchange.body, as: exchange.asWorker ? worker : nil))
            #expect(response.status == exchange.status, "\(line)")
            guard !exchange.reply.isEmpty, response.status == exchange.status else { continue }
            let expected = try WireJSON.decode(JSONValue.self, from: Data(exchange.reply.utf8))
            let reply = try WireJSON.decode(JSONValue.self, from: response.body)
            #expect(Self.missing(from: reply, of: expected).isEmpty, "\(line): \(reply)")
            for word in ["status_requested", "mayKeepRunning", "statusChangeRequested", "task_type"] {
                #expect(reply[word] == expected[word], "\(line): \(word)")
            }
            if line.hasSuffix("/register-worker") { worker = reply["uuid"]?.stringValue ?? "" }
            if line.hasSuffix("/worker/task") { task = reply["uuid"]?.stringValue ?? task }
        }
        #expect(!worker.isEmpty && !task.isEmpty)
    }

    /// The members of an answer that another does not have, but for those of errors.
    private static func missing(from reply: JSONValue, of expected: JSONValue) -> Set<String> {
        guard case .object(let expected) = expected, case .object(let reply) = reply else { return ["an object"] }
        return Set(expected.keys).subtracting(reply.keys)
    }
}
