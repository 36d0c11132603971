import Farm
import FlamencoAPI
import Foundation
import HTTPServer
import Service

/// A manager whose requests are made by hand.
struct Manager {
    let service: Service

    init() { service = Service(farm: Farm(), generator: SeededGenerator(seed: 1)) }

    /// Asks, and gives status and body.
    func ask(
        _ method: String, _ target: String, _ body: String? = nil, as worker: (id: String, secret: String)? = nil,
        type: String? = "application/json"
    ) async -> (status: Int, body: JSONValue?) {
        var headers = HTTPHeaders()
        if body != nil, let type { headers["Content-Type"] = type }
        if let worker {
            headers["Authorization"] = "Basic " + Data("\(worker.id):\(worker.secret)".utf8).base64EncodedString()
        }
        let response = await service.answer(
            HTTPRequest(method: method, target: target, headers: headers, body: Data((body ?? "").utf8)))
        return (response.status, try? WireJSON.decode(JSONValue.self, from: response.body))
    }

    /// The text of an answer.
    func text(_ target: String) async -> String {
        String(decoding: await service.answer(HTTPRequest(method: "GET", target: target)).body, as: UTF8.self)
    }

    /// A worker that is registered, signed on and awake.
    func awakeWorker(types: String = #"["misc"]"#) async -> (id: String, secret: String) {
        let registered = await ask(
            "POST", "/api/worker/register-worker",
            #"{"secret": "s", "platform": "linux", "supported_task_types": \#(types), "nickname": "n"}"#)
        let worker = (registered.body?["uuid"]?.stringValue ?? "", "s")
        _ = await ask(
            "POST", "/api/worker/sign-on",
            #"{"nickname": "n", "supported_task_types": \#(types), "software_version": "v"}"#, as: worker)
        _ = await ask("POST", "/api/worker/state-changed", #"{"status": "awake"}"#, as: worker)
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
