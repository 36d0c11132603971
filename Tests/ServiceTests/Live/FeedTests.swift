import Farm
import FlamencoAPI
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer
@testable import Service

@Suite("What happens on the farm, for those who watch", .timeLimit(.minutes(1)))
struct FeedTests {
    /// A manager whose feed takes its turns when a test says so.
    private static func manager() -> Manager {
        Manager(
            service: Service(
                farm: Farm(), storage: "/storage", generator: SeededGenerator(seed: 1), feedClock: ManualClock(),
                now: { Date(timeIntervalSince1970: 1000) }))
    }

    private static func snapshot(_ manager: Manager) async throws -> JSONValue {
        let response = await manager.service.serve(
            HTTPRequest(method: "GET", target: "/lite/farm", headers: ["Host": "localhost"]))
        #expect(response.status == 200)
        return try WireJSON.decode(JSONValue.self, from: response.body)
    }

    private static func listen(_ manager: Manager, after id: String? = nil) async throws -> HTTPStream {
        var headers: HTTPHeaders = ["Host": "localhost"]
        headers["Last-Event-ID"] = id
        let response = await manager.service.serve(HTTPRequest(method: "GET", target: "/events", headers: headers))
        #expect(response.headers["Content-Type"] == "text/event-stream")
        return try #require(response.stream)
    }

    private static func events(_ stream: HTTPStream) -> String { stream.take().texts.joined() }

    @Test("nothing is noted until somebody looks, and nothing when nobody has for a minute")
    func nobody() async throws {
        let manager = Self.manager()
        _ = await manager.submitEcho()
        #expect(manager.service.farm.isNoting == false)
        let id = try #require(try await Self.snapshot(manager)["id"]?.stringValue)
        #expect(manager.service.farm.isNoting)
        for _ in 0..<FarmFeed.lingering { #expect(manager.service.takeTurn()) }
        #expect(!manager.service.takeTurn())
        #expect(!manager.service.farm.isNoting)
        // What happened since then is nowhere.
        #expect(Self.events(try await Self.listen(manager, after: id)).contains("event: reset\n"))
    }

    @Test("a reader keeps it going, and gets its first identity at once")
    func reader() async throws {
        let manager = Self.manager()
        let stream = try await Self.listen(manager)
        #expect(Self.events(stream) == "retry: 1000\nid: 1000000-0\n\n")
        for _ in 0..<(2 * FarmFeed.lingering) { #expect(manager.service.takeTurn()) }
        stream.cut()
        for _ in 0..<FarmFeed.lingering { #expect(manager.service.takeTurn()) }
        #expect(!manager.service.takeTurn())
    }

    @Test("the whole farm at once: jobs with the states of their tasks, workers, events, faults")
    func whole() async throws {
        let manager = Self.manager()
        let job = await manager.submitEcho()
        let worker = await manager.awakeWorker()
        _ = await manager.ask("POST", "/api/worker/task", as: worker)
        let farm = try await Self.snapshot(manager)
        #expect(farm["jobs"]?.first?["id"]?.stringValue == job)
        #expect(farm["jobs"]?.first?["states"] == "a")
        #expect(farm["jobs"]?.first?["counts"] == ["active": 1])
        #expect(farm["workers"]?.first?["status"] == "awake")
        #expect(farm["workers"]?.first?["task"]?["number"] == 1)
        #expect(farm["chaos"]?["faults"] == "")
        #expect(farm["storage"] == "/storage")
        #expect(farm["events"]?.first?["job"]?.stringValue == job)
    }

    @Test("what changes is told once, put together, with the identity at the end")
    func changes() async throws {
        let manager = Self.manager()
        let stream = try await Self.listen(manager)
        _ = Self.events(stream)
        let job = await manager.submitEcho()
        let worker = await manager.awakeWorker()
        #expect(manager.service.takeTurn())
        let first = Self.events(stream)
        #expect(first.contains("event: jobs\ndata: [{"))
        #expect(first.contains(#""id":"\#(job)""#))
        #expect(first.contains("event: workers\n"))
        #expect(first.components(separatedBy: "id: 1000000-1\n").count == 2)
        // Whoever only asks has not changed.
        _ = await manager.ask("GET", "/api/worker/state", as: worker)
        #expect(manager.service.takeTurn())
        #expect(Self.events(stream) == "")
        let task = await manager.ask("POST", "/api/worker/task", as: worker).body?["uuid"]?.stringValue ?? ""
        _ = await manager.ask("POST", "/api/worker/task/\(task)", #"{"log": "a\n"}"#, as: worker)
        #expect(manager.service.takeTurn())
        let second = Self.events(stream)
        #expect(second.contains(#"event: tasks"# + "\n" + #"data: [{"job":"\#(job)","tasks":[[1,"a",0]]}]"#))
        #expect(
            second.contains(
                #"event: assignments"# + "\n"
                    + #"data: [{"task":{"job":"\#(job)","name":"command","number":1},"worker":0}]"#))
        _ = await manager.ask("DELETE", "/api/jobs/\(job)")
        #expect(manager.service.takeTurn())
        #expect(Self.events(stream).contains(#"event: gone"# + "\n" + #"data: {"jobs":["\#(job)"],"workers":[]}"#))
    }

    @Test("who comes back gets what it missed")
    func comesBack() async throws {
        let manager = Self.manager()
        let stream = try await Self.listen(manager)
        stream.cut()
        _ = await manager.submitEcho()
        #expect(manager.service.takeTurn())
        let missed = Self.events(try await Self.listen(manager, after: "1000000-0"))
        #expect(missed.contains("event: jobs\n"))
        #expect(missed.contains("id: 1000000-1\n"))
        #expect(Self.events(try await Self.listen(manager, after: "1000000-1")) == "retry: 1000\nid: 1000000-1\n\n")
    }

    @Test("workers that were heard of are told every two seconds")
    func heard() async throws {
        let time = Mutex(1000.0)
        let manager = Manager(
            service: Service(
                farm: Farm(), feedClock: ManualClock(), now: { Date(timeIntervalSince1970: time.withLock(\.self)) }))
        let worker = await manager.awakeWorker()
        let stream = try await Self.listen(manager)
        for _ in 0..<FarmFeed.turnsPerHeard { #expect(manager.service.takeTurn()) }
        _ = Self.events(stream)
        time.withLock { $0 = 1002 }
        _ = await manager.ask("GET", "/api/worker/state", as: worker)
        #expect(manager.service.takeTurn())
        #expect(
            Self.events(stream).contains(
                #"event: heard"# + "\n" + #"data: {"at":"1970-01-01T00:16:42.000Z","workers":[0]}"#))
        for _ in 0..<FarmFeed.turnsPerHeard { #expect(manager.service.takeTurn()) }
        #expect(!Self.events(stream).contains("event: heard"))
    }

    @Test("a new image is told, with its address")
    func image() async throws {
        let manager = Self.manager()
        _ = await manager.submitEcho()
        let worker = await manager.awakeWorker(in: .v3)
        let task = await manager.ask("POST", "/api/v3/worker/task", as: worker).body?["uuid"]?.stringValue ?? ""
        let stream = try await Self.listen(manager)
        #expect(manager.service.takeTurn())
        _ = Self.events(stream)
        let response = await manager.send(
            "POST", "/api/v3/worker/task/\(task)/output-produced", Data([0xFF, 0xD8, 0xFF]),
            headers: ["Content-Type": "image/jpeg", "Content-Length": "3"], as: worker)
        #expect(response.status == 202)
        #expect(manager.service.takeTurn())
        #expect(Self.events(stream).contains(#""image":"/job-files/job-"#))
    }

    @Test("no more readers than there may be")
    func tooMany() async throws {
        let manager = Self.manager()
        var streams: [HTTPStream] = []
        for _ in 0..<FarmFeed.mostReaders { streams.append(try await Self.listen(manager)) }
        let request = HTTPRequest(method: "GET", target: "/events", headers: ["Host": "localhost"])
        #expect(await manager.service.serve(request).status == 503)
        streams[0].cut()
        #expect(await manager.service.serve(request).status == 200)
    }
}

@Suite("Events in batches")
struct EventBatchesTests {
    private static func event(_ size: Int = 1) -> FeedEvent { FeedEvent("e", String(repeating: "x", count: size)) }

    @Test("an identity that is of another start, or none, or of the future is sent back to the beginning")
    func unknown() {
        var batches = EventBatches(start: "7")
        _ = batches.add([Self.event()])
        for id in ["6-1", "7-2", "7-", "x", "7-x", "", "7-1-1"] {
            #expect(batches.beginning(after: id) == "id: 7-1\nevent: reset\ndata: {}\n\n", "\(id)")
        }
        #expect(batches.beginning(after: "7-0") == "id: 7-1\n\nid: 7-1\nevent: e\ndata: \"x\"\n\n")
        #expect(batches.beginning(after: nil) == "id: 7-1\n\n")
    }

    @Test("what is too old is not kept")
    func old() {
        var batches = EventBatches(start: "7")
        for _ in 0..<20 { _ = batches.add([Self.event(100_000)]) }
        #expect(batches.beginning(after: "7-18").contains("event: reset"))
        #expect(!batches.beginning(after: "7-19").contains("event: reset"))
    }

    @Test("a batch that is larger than the whole farm is worth becomes word to look at it")
    func large() {
        var batches = EventBatches(start: "7")
        #expect(batches.add([Self.event(200_000)]) == "id: 7-1\nevent: reset\ndata: {}\n\n")
    }
}

extension JSONValue {
    /// The first element of a list.
    fileprivate var first: JSONValue? { if case .array(let elements) = self { elements.first } else { nil } }
}
