import FlamencoAPI
import FoundationEssentials
import HTTPServer
import ManagerClient
import Synchronization
import Testing

private let worker = WorkerCredentials(workerID: "w1", secret: "s:ecret")

/// A manager that gives one answer to everything, and keeps the last request.
private final class Recorder: Sendable {
    let server: HTTPServer
    let client: ManagerClient

    init(_ status: Int, _ body: String = "", headers: HTTPHeaders = ["Content-Type": "application/json"]) throws {
        let kept = Kept()
        server = try HTTPServer.start { request in
            kept.last.withLock { $0 = request }
            return HTTPResponse(status: status, headers: headers, body: Data(body.utf8))
        }
        self.kept = kept
        client = ManagerClient(url: try ManagerURL(server.url), software: "Test/1")
    }

    private final class Kept: Sendable { let last = Mutex<HTTPRequest?>(nil) }
    private let kept: Kept

    /// The last request: its line, its user and its body.
    var request: (line: String, user: String?, body: String)? {
        kept.last.withLock(\.self).map {
            (
                "\($0.method) \($0.target)", $0.basicCredentials.map { "\($0.user)|\($0.password)" },
                String(decoding: $0.body, as: UTF8.self)
            )
        }
    }

    /// What a client makes of an answer.
    static func answering<Value>(
        _ status: Int, _ body: String = "", _ ask: (ManagerClient) async throws -> Value
    ) async throws -> Value {
        let recorder = try Recorder(status, body)
        defer { withExtendedLifetime(recorder) {} }
        return try await ask(recorder.client)
    }

    func header(_ name: String) -> String? { kept.last.withLock(\.self)?.headers[name] }
}

@Suite("Each operation of the contract", .timeLimit(.minutes(1)))
struct OperationTests {
    @Test("getVersion")
    func version() async throws {
        let manager = try Recorder(200, #"{"version": "3.5", "name": "Flamenco", "extra": 1}"#)
        #expect(try await manager.client.version() == FlamencoVersion(version: "3.5", name: "Flamenco"))
        #expect(manager.request?.line == "GET /api/version")
        #expect(manager.request?.user == nil)
        #expect(manager.header("User-Agent") == "Test/1")
        #expect(manager.header("Accept-Encoding")?.contains("gzip") == true)
    }

    @Test("registerWorker")
    func register() async throws {
        let manager = try Recorder(200, #"{"uuid": "w1", "status": "", "last_activity": ""}"#)
        let registration = WorkerRegistration(
            secret: "s", platform: "linux", supportedTaskTypes: ["blender"], nickname: "ü")
        #expect(try await manager.client.register(registration).uuid == "w1")
        #expect(manager.request?.line == "POST /api/worker/register-worker")
        #expect(
            manager.request?.body
                == #"{"nickname":"ü","platform":"linux","secret":"s","supported_task_types":["blender"]}"#)
        #expect(manager.header("Content-Type") == "application/json")
    }

    @Test("signOn, with Basic auth")
    func signOn() async throws {
        let manager = try Recorder(200, #"{"status_requested": "awake"}"#)
        let words = WorkerSignOn(nickname: "n", supportedTaskTypes: ["misc"], softwareVersion: "v")
        #expect(try await manager.client.signOn(words, as: worker).statusRequested == .awake)
        #expect(manager.request?.line == "POST /api/worker/sign-on")
        #expect(manager.request?.user == "w1|s:ecret")
    }

    @Test("signOff")
    func signOff() async throws {
        let manager = try Recorder(204, headers: ["Content-Type": "text/plain"])
        try await manager.client.signOff(as: worker)
        #expect(manager.request?.line == "POST /api/worker/sign-off")
        #expect(manager.request?.body.isEmpty == true)
    }

    @Test("workerState")
    func state() async throws {
        #expect(try await Recorder.answering(204) { try await $0.state(as: worker) } == nil)
        let manager = try Recorder(200, #"{"status_requested": "napping"}"#)
        #expect(try await manager.client.state(as: worker) == .unknown("napping"))
        #expect(manager.request?.line == "GET /api/worker/state")
    }

    @Test("workerStateChanged")
    func stateChanged() async throws {
        let manager = try Recorder(204)
        try await manager.client.stateChanged(WorkerStateChanged(status: .asleep), as: worker)
        #expect(manager.request?.line == "POST /api/worker/state-changed")
        #expect(manager.request?.body == #"{"status":"asleep"}"#)
    }

    @Test("scheduleTask")
    func scheduleTask() async throws {
        let task = try Recorder(
            200, #"{"uuid": "t", "commands": [{"name": "echo", "parameters": {"message": "hi"}}], "job": "j"}"#)
        guard case .task(let assigned) = try await task.client.scheduleTask(as: worker) else {
            Issue.record("no task")
            return
        }
        #expect(assigned.uuid == "t")
        #expect(assigned.commands == [Command(name: "echo", parameters: ["message": "hi"])])
        #expect(task.request?.line == "POST /api/worker/task")
        for (status, body, answer) in [
            (204, "", ScheduledTask.none), (409, #"{"message": "no"}"#, .notAwake),
            (423, #"{"status_requested": "asleep"}"#, .goTo(.asleep)),
        ] {
            #expect(try await Recorder.answering(status, body) { try await $0.scheduleTask(as: worker) } == answer)
        }
    }

    @Test("taskUpdate")
    func taskUpdate() async throws {
        let manager = try Recorder(204)
        #expect(
            try await manager.client.updateTask("a/b", TaskUpdateText(log: Array("x".utf8)), as: worker) == .accepted)
        #expect(manager.request?.line == "POST /api/worker/task/a%2Fb")
        #expect(manager.request?.body == #"{"log":"x"}"#)
        let receipt = try await Recorder.answering(409) { try await $0.updateTask("t", TaskUpdateText(), as: worker) }
        #expect(receipt == .notOurs)
    }

    @Test("submitJob and fetchJob")
    func jobs() async throws {
        let job =
            #"{"name": "n", "type": "t", "priority": 5, "id": "j", "created": "2026-01-01T00:00:00Z", "updated": "2026-01-01T00:00:00.5Z", "status": "active"}"#
        let manager = try Recorder(200, job)
        let submitted = try await manager.client.submit(SubmittedJob(name: "n", type: "t", priority: 5))
        #expect(submitted.status == .active)
        #expect(manager.request?.line == "POST /api/jobs")
        #expect(try await manager.client.job("j") == submitted)
        #expect(manager.request?.line == "GET /api/jobs/j")
    }

    @Test("getJobTypes")
    func jobTypes() async throws {
        let manager = try Recorder(200, #"{"job_types": []}"#)
        #expect(try await manager.client.jobTypes().jobTypes.isEmpty)
        #expect(manager.request?.line == "GET /api/jobs/types")
    }
}
