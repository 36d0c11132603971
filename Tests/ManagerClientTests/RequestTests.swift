import FlamencoAPI
import FoundationEssentials
import ManagerClient
import Synchronization
import TestSupport
import Testing

@Suite("Requests, byte by byte", .timeLimit(.minutes(1)))
struct RequestTests {
    private static let worker = WorkerCredentials(workerID: "w1", secret: "s:ecret")

    /// What goes over the wire; without the host, which differs from run to run, and the encodings, which depend on the
    /// libcurl at hand.
    private func request(_ ask: (ManagerClient) async throws -> Void) async throws -> String {
        let kept = Mutex("")
        let server = RawServer { connection in
            guard let request = connection.request() else { return }
            kept.withLock { $0 = request }
            connection.write("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
        }
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Flamenco-Agent/1.0")
        await #expect(throws: ManagerError.self) { try await ask(client) }
        let text = kept.withLock(\.self)
        #expect(text.contains("Host: \(server.url.dropFirst("http://".count))\r\n"))
        #expect(text.contains("gzip"))
        return text.split(separator: "\r\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("Host: ") && !$0.hasPrefix("Accept-Encoding: ") }
            .joined(separator: "\r\n")
    }

    private func expected(_ line: String, isWorker: Bool, body: String?) -> String {
        let isPost = line.hasPrefix("POST")
        return line + " HTTP/1.1\r\n" + (isWorker ? "Authorization: Basic dzE6czplY3JldA==\r\n" : "")
            + "User-Agent: Flamenco-Agent/1.0\r\nAccept: application/json\r\n"
            + (body == nil ? "" : "Content-Type: application/json\r\n")
            + (isPost ? "Content-Length: \((body ?? "").utf8.count)\r\n" : "") + "\r\n" + (body ?? "")
    }

    private struct Case: Sendable {
        let line: String
        let isWorker: Bool
        let body: String?
        let ask: @Sendable (ManagerClient) async throws -> Void

        init(
            _ line: String, isWorker: Bool = true, _ body: String? = nil,
            _ ask: @escaping @Sendable (ManagerClient) async throws -> Void
        ) {
            self.line = line
            self.isWorker = isWorker
            self.body = body
            self.ask = ask
        }
    }

    private static let cases: [Case] = [
        Case("GET /api/version", isWorker: false) { _ = try await $0.version() },
        Case(
            "POST /api/worker/register-worker", isWorker: false,
            #"{"nickname":"ü","platform":"linux","secret":"s","supported_task_types":["a/b"]}"#
        ) {
            _ = try await $0.register(
                WorkerRegistration(secret: "s", platform: "linux", supportedTaskTypes: ["a/b"], nickname: "ü"))
        },
        Case("POST /api/worker/sign-on", #"{"nickname":"n","software_version":"v","supported_task_types":[]}"#) {
            _ = try await $0.signOn(
                WorkerSignOn(nickname: "n", supportedTaskTypes: [], softwareVersion: "v"), as: worker)
        },
        Case("POST /api/worker/sign-off") { try await $0.signOff(as: worker) },
        Case("GET /api/worker/state") { _ = try await $0.state(as: worker) },
        Case("POST /api/worker/state-changed", #"{"status":"asleep"}"#) {
            try await $0.stateChanged(WorkerStateChanged(status: .asleep), as: worker)
        },
        Case("POST /api/worker/task") { _ = try await $0.scheduleTask(as: worker) },
        Case("POST /api/worker/task/t%2F1", #"{"log":"x\n"}"#) {
            _ = try await $0.updateTask("t/1", TaskUpdateText(log: Array("x\n".utf8)), as: worker)
        },
        Case("POST /api/worker/task/..", "{}") { _ = try await $0.updateTask("..", TaskUpdateText(), as: worker) },
        Case("GET /api/jobs/types", isWorker: false) { _ = try await $0.jobTypes() },
        Case("POST /api/jobs", isWorker: false, #"{"name":"3Д","priority":50,"type":"t"}"#) {
            _ = try await $0.submit(SubmittedJob(name: "3Д", type: "t"))
        },
        Case("GET /api/jobs/j", isWorker: false) { _ = try await $0.job("j") },
        Case("DELETE /api/jobs/j", isWorker: false) { try await $0.send(.deleteJob, "j") },
        Case("GET /api/tasks/t/logtail", isWorker: false) { _ = try await $0.text(.fetchTaskLogTail, "t") },
        Case("POST /api/worker-mgt/workers/w/setstatus", isWorker: false, #"{"status":"asleep"}"#) {
            try await $0.send(.requestWorkerStatusChange, "w", body: WorkerStateChanged(status: .asleep))
        },
    ]

    @Test("are what the contract says", arguments: cases.indices)
    func exact(index: Int) async throws {
        let expectation = Self.cases[index]
        let sent = try await request(expectation.ask)
        #expect(sent == expected(expectation.line, isWorker: expectation.isWorker, body: expectation.body))
    }

    @Test("with a large body go out at once and whole")
    func large() async throws {
        let log = [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20)
        let sent = try await request { _ = try await $0.updateTask("t", TaskUpdateText(log: log), as: Self.worker) }
        #expect(sent.hasSuffix("x\"}"))
        #expect(!sent.contains("Expect:"))
        #expect(sent.utf8.count > log.count)
    }
}
