import Farm
import FlamencoAPI
import Foundation
import HTTPServer
import Service

/// A manager whose requests are made by hand.
struct Manager {
    let service: Service

    init(service: Service) { self.service = service }

    init(variables: Variables = .standard, storage: String = "/storage") {
        service = Service(
            farm: Farm(variables: variables), storage: storage, generator: SeededGenerator(seed: 1))
    }

    /// Asks, and gives status and body.
    func ask(
        _ method: String, _ target: String, _ body: String? = nil, as worker: (id: String, secret: String)? = nil,
        type: String? = "application/json"
    ) async -> (status: Int, body: JSONValue?) {
        var headers = HTTPHeaders()
        if body != nil, let type { headers["Content-Type"] = type }
        if let worker { headers["Authorization"] = Self.authorization(worker) }
        let response = await service.answer(
            HTTPRequest(method: method, target: target, headers: headers, body: Data((body ?? "").utf8)))
        return (response.status, try? WireJSON.decode(JSONValue.self, from: response.body))
    }

    /// Asks with a body that is no JSON, and gives the whole answer.
    func send(
        _ method: String, _ target: String, _ body: Data = Data(), headers: HTTPHeaders = HTTPHeaders(),
        as worker: (id: String, secret: String)? = nil
    ) async -> HTTPResponse {
        var headers = headers
        if let worker { headers["Authorization"] = Self.authorization(worker) }
        return await service.answer(HTTPRequest(method: method, target: target, headers: headers, body: body))
    }

    static func authorization(_ worker: (id: String, secret: String)) -> String {
        "Basic " + Data("\(worker.id):\(worker.secret)".utf8).base64EncodedString()
    }

    /// The text of an answer.
    func text(_ target: String) async -> String {
        let response = await service.answer(HTTPRequest(method: "GET", target: target))
        return String(decoding: response.body, as: UTF8.self) + response.text.joined()
    }

    /// A worker that is registered, signed on and awake.
    func awakeWorker(
        types: String = #"["misc"]"#, in dialect: APIDialect = .v2022
    ) async -> (id: String, secret: String) {
        let name = dialect == .v3 ? "name" : "nickname"
        let root = dialect.root + "/worker"
        let registered = await ask(
            "POST", root + "/register-worker",
            #"{"secret": "s", "platform": "linux", "supported_task_types": \#(types), "\#(name)": "n"}"#)
        let worker = (registered.body?["uuid"]?.stringValue ?? "", "s")
        _ = await ask(
            "POST", root + "/sign-on",
            #"{"\#(name)": "n", "supported_task_types": \#(types), "software_version": "v"}"#, as: worker)
        _ = await ask("POST", root + "/state-changed", #"{"status": "awake"}"#, as: worker)
        return worker
    }

    /// A job of one task; gives its identity.
    func submitEcho() async -> String {
        let job = await ask(
            "POST", "/api/jobs",
            #"{"name": "n", "type": "command-line", "priority": 50, "settings": {"commands": [["true"]]}}"#)
        return job.body?["id"]?.stringValue ?? ""
    }
}
