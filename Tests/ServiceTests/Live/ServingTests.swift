import Dashboard
import Farm
import FlamencoAPI
import Foundation
import HTTPServer
import Service
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("What manager-lite serves besides Flamenco's API", .timeLimit(.minutes(1)))
struct ServingTests {
    private static func service(dialects: [APIDialect] = APIDialect.allCases, faults: String = "") throws -> Service {
        Service(farm: Farm(), dialects: dialects, chaos: Chaos(plan: try ChaosPlan(faults), seed: 1))
    }

    private static func serve(
        _ service: Service, _ method: String, _ target: String, _ body: String = ""
    ) async -> HTTPResponse {
        await service.serve(
            HTTPRequest(
                method: method, target: target, headers: ["Host": "localhost", "Content-Type": "application/json"],
                body: Data(body.utf8)))
    }

    private static func json(_ response: HTTPResponse) throws -> JSONValue {
        try WireJSON.decode(JSONValue.self, from: response.body)
    }

    // MARK: The page

    @Test(
        "the page: three files, below 100 KiB, that load nothing from elsewhere",
        arguments: ["/", "/dashboard.css", "/dashboard.js"])
    func page(path: String) async throws {
        let service = try Self.service()
        let response = await Self.serve(service, "GET", path)
        #expect(response.status == 200)
        let text = String(decoding: response.body, as: UTF8.self)
        #expect(text.firstMatch(of: #/(src|href)="?(https?:)?\/\/|@import|url\(|import\(/#) == nil)
        #expect(text.firstMatch(of: #/\.(innerHTML|outerHTML|insertAdjacentHTML)|document\.write|\beval\(/#) == nil)
        let policy = try #require(response.headers["Content-Security-Policy"])
        #expect(policy.contains("default-src 'none'"))
        #expect(!policy.contains("unsafe"))
        let etag = try #require(response.headers["ETag"])
        let again = await service.serve(
            HTTPRequest(method: "GET", target: path, headers: ["Host": "localhost", "If-None-Match": etag]))
        #expect(again.status == 304)
        #expect(Dashboard.size < 100 << 10)
        #expect(await Self.serve(service, "POST", path).status == 405)
    }

    @Test("the markup has no script and no style in it, which the policy would forbid")
    func markup() async throws {
        let text = String(decoding: await Self.serve(try Self.service(), "GET", "/").body, as: UTF8.self)
        #expect(text.contains("<script type=\"module\" src=\"dashboard.js\"></script>"))
        #expect(text.firstMatch(of: #/<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=/#) == nil)
    }

    @Test("the files are those of the folder")
    func files() async throws {
        let service = try Self.service()
        for (path, name) in [("/", "html"), ("/dashboard.css", "css"), ("/dashboard.js", "js")] {
            let text = String(decoding: await Self.serve(service, "GET", path).body, as: UTF8.self)
            #expect(try text == Checkout.text("manager-lite/Dashboard/dashboard.\(name)"))
        }
    }

    // MARK: Faults

    @Test("faults change while the manager runs, and hit Flamenco's API alone")
    func chaos() async throws {
        let service = try Self.service()
        #expect(await Self.serve(service, "GET", "/api/v3/jobs").status == 200)
        let changed = await Self.serve(service, "PUT", "/lite/chaos", #"{"faults": "503: 100%", "seed": 7}"#)
        #expect(try Self.json(changed) == ["faults": "503:100%", "seed": 7, "played": [:]])
        #expect(await Self.serve(service, "GET", "/api/v3/jobs").status == 503)
        for path in ["/", "/lite/farm", "/lite/chaos", "/events", "/lite/api/v3/jobs"] {
            #expect(await Self.serve(service, "GET", path).status == 200, "\(path)")
        }
        #expect(try Self.json(await Self.serve(service, "GET", "/lite/chaos"))["played"] == ["503": 1])
        #expect(await Self.serve(service, "PUT", "/lite/chaos", #"{"faults": ""}"#).status == 200)
        #expect(await Self.serve(service, "GET", "/api/v3/jobs").status == 200)
    }

    @Test(
        "faults that make no sense change nothing",
        arguments: [
            (#"{"faults": "500:x"}"#, "field \"faults\": \"x\" should be a share such as 5%"),
            ("{}", "invalid request body: field \"faults\": missing"), ("", "invalid request body: "),
        ])
    func badChaos(body: String, message: String) async throws {
        let service = try Self.service(faults: "hang:1%")
        let response = await Self.serve(service, "PUT", "/lite/chaos", body)
        #expect(response.status == 400)
        let text = try #require(try Self.json(response)["message"]?.stringValue)
        #expect(text.hasPrefix(message), "\(text)")
        #expect(service.chaos.report.faults == "hang:1%")
    }

    // MARK: Tasks

    @Test("a task by its number, and its log from where a reader is")
    func task() async throws {
        let service = try Self.service()
        let manager = Manager(service: service)
        let job = await manager.submitEcho()
        let worker = await manager.awakeWorker()
        let task = await manager.ask("POST", "/api/worker/task", as: worker).body?["uuid"]?.stringValue ?? ""
        _ = await manager.ask(
            "POST", "/api/worker/task/\(task)", #"{"log": "one\ntwo\n", "activity": "a"}"#, as: worker)
        let details = try Self.json(await Self.serve(service, "GET", "/lite/jobs/\(job)/tasks/1"))
        #expect(details["id"]?.stringValue == task)
        #expect(details["worker"] == "n")
        #expect(details["log_size"] == 8)
        #expect(await Self.serve(service, "GET", "/lite/jobs/\(job)/tasks/2").status == 404)
        #expect(await Self.serve(service, "GET", "/lite/jobs/\(job)/tasks/x").status == 404)
        let log = "/lite/tasks/\(task)/log"
        #expect(try Self.json(await Self.serve(service, "GET", log)) == ["start": 0, "end": 8, "text": "one\ntwo\n"])
        #expect(
            try Self.json(await Self.serve(service, "GET", log + "?from=4")) == ["start": 4, "end": 8, "text": "two\n"])
        #expect(try Self.json(await Self.serve(service, "GET", log + "?from=9")) == ["start": 8, "end": 8, "text": ""])
        #expect(await Self.serve(service, "GET", log + "?from=-1").status == 400)
    }

    @Test("the page can do all that Flamenco can, whichever API is served")
    func ownAPI() async throws {
        let service = try Self.service(dialects: [.v2022])
        #expect(await Self.serve(service, "GET", "/api/v3/jobs").status == 404)
        let job =
            #"{"name": "n", "type": "echo-sleep-test", "priority": 5, "settings": {"message": "m"}, "submitter_platform": "linux"}"#
        let submitted = try Self.json(await Self.serve(service, "POST", "/lite/api/v3/jobs", job))
        let id = try #require(submitted["id"]?.stringValue)
        let change = #"{"status": "cancel-requested", "reason": "r"}"#
        #expect(await Self.serve(service, "POST", "/lite/api/v3/jobs/\(id)/setstatus", change).status == 204)
        #expect(try service.farm.fetchJob(id).status == .canceled)
        #expect(await Self.serve(service, "GET", "/lite/api/jobs").status == 404)
        #expect(await Self.serve(service, "GET", "/lite/nothing").status == 404)
    }
}

@Suite("Pages that drive a manager which is not theirs")
struct KnownHostsTests {
    private static func status(_ hosts: KnownHosts, local: String, host: String?, origin: String?) async throws
        -> HTTPResponse
    {
        var headers = HTTPHeaders()
        headers["Host"] = host
        headers["Origin"] = origin
        let service = Service(farm: Farm(), hosts: hosts)
        return await service.serve(
            HTTPRequest(method: "GET", target: "/api/v3/version", headers: headers, localAddress: local))
    }

    private static let hosts = KnownHosts(allowed: ["Manager.example"], machine: "Node7.farm.example")

    @Test(
        "those that may",
        arguments: [
            ("127.0.0.1", "localhost:8080", nil), ("127.0.0.1", "127.0.0.1:8080", nil), ("::1", "[::1]:8080", nil),
            ("127.0.0.1", "node7", nil), ("127.0.0.1", "NODE7.farm.example.:80", nil),
            ("127.0.0.1", "manager.example", nil), ("127.0.0.1", nil, nil),
            // Programs reach it by any name where it is not this machine alone.
            ("192.0.2.7", "anything.example", nil), ("2001:db8::7", "x", nil),
            // Pages of its own.
            ("127.0.0.1", "localhost:8080", "http://localhost:8080"),
            ("192.0.2.7", "192.0.2.7:8080", "http://192.0.2.7:8080"),
            ("192.0.2.7", "node7:8080", "http://NODE7:8080"),
            ("192.0.2.7", "manager.example", "https://manager.example"),
            ("192.0.2.7", "manager.example:80", "http://manager.example"), ("::1", "[::1]:8080", "http://[::1]:8080"),
        ] as [(String, String?, String?)])
    func may(local: String, host: String?, origin: String?) async throws {
        #expect(try await Self.status(Self.hosts, local: local, host: host, origin: origin).status == 200)
    }

    @Test(
        "those that may not",
        arguments: [
            ("127.0.0.1", "evil.example:8080", nil), ("127.0.0.1", "127.evil.example", nil), ("127.0.0.1", "", nil),
            ("127.0.0.1", "localhost.evil.example", nil), ("::1", "evil.example", "http://evil.example"),
            ("127.0.0.2", "192.0.2.7", nil),
            ("127.0.0.1", "localhost:8080", "http://evil.example"), ("127.0.0.1", "localhost:8080", "null"),
            ("127.0.0.1", "localhost:8080", "http://localhost:9090"), ("127.0.0.1", nil, "http://evil.example"),
            ("192.0.2.7", "evil.example", "http://evil.example"), ("192.0.2.7", "node7", "http://evil.example"),
            ("192.0.2.7", nil, "http://192.0.2.7"),
        ] as [(String, String?, String?)])
    func mayNot(local: String, host: String?, origin: String?) async throws {
        let response = try await Self.status(Self.hosts, local: local, host: host, origin: origin)
        #expect(response.status == 421)
        #expect(String(decoding: response.body, as: UTF8.self).contains("--allowed-host"))
    }

    @Test("a server tells which address it was asked at")
    func localAddress() async throws {
        let server = try HTTPServer.start { HTTPResponse(status: 200, body: Data($0.localAddress.utf8)) }
        let url = try #require(URL(string: server.url))
        let (text, _) = try await URLSession.shared.data(from: url)
        #expect(String(decoding: text, as: UTF8.self) == "127.0.0.1")
        await server.stop()
    }
}
