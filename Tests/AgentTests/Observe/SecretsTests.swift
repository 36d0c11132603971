import ExecutorKit
import FarmSupport
import FlamencoAPI
import Foundation
import HTTPServer
import ManagerClient
import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite("Secrets", .timeLimit(.minutes(1)))
struct SecretsTests {
    private static let credentials = WorkerCredentials(workerID: "w1", secret: "5ecre7+/x")

    @Test(
        "are blotted out wherever they stand",
        arguments: [
            ("a 5ecre7+/x b", "a [secret] b"), ("x5ecre7+/x5ecre7+/x", "x[secret][secret]"),
            ("Basic dzE6NWVjcmU3Ky94", "Basic [secret]"),
            ("authorization: Bearer whatever it is\nnext", "authorization: [secret]\nnext"),
            (#"{"Authorization": "Basic eHg6eXk="}"#, #"{"Authorization": [secret]"#),
            ("nothing of the kind, not authorized", "nothing of the kind, not authorized"),
        ])
    func concealed(text: String, result: String) {
        let secrets = KnownSecrets()
        secrets.add(Self.credentials)
        #expect(secrets.concealed(in: text) == result)
        let lines = Mutex<[String]>([])
        let log = Log(secrets: secrets) { entry in lines.withLock { $0.append(entry.message) } }
        log.info(text)
        log.about(LogSubject(id: "t", name: "n", job: "j")).error(text)
        let line = result.replacing("\n", with: "␊")
        #expect(lines.withLock(\.self) == [line, line])
    }

    @Test(
        "are taken out before a text of the manager is cut, wherever the cut is", arguments: [150, 180, 190, 195, 8180])
    func beforeTheCut(padding: Int) async throws {
        let secrets = KnownSecrets()
        secrets.add(Self.credentials)
        let space = padding > 1000 ? " " : "x"
        let manager = try StandInManager { _, _ in
            let before = String(repeating: space, count: padding)
            return .json(503, before + Self.credentials.secret + String(repeating: "y", count: 2000))
        }
        var client = try ManagerClient(url: ManagerURL(manager.server.url), software: "test")
        client.conceal = secrets.concealed
        do {
            _ = try await client.version()
            Issue.record("a 503 is no answer")
        } catch let error as ManagerError {
            #expect(!error.description.contains("5ec"), "\(error)")
        }
    }

    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
        func note(_ entry: LogEntry) { all.withLock { $0.append(LogFormat.json.line(entry)) } }
        var text: String { all.withLock { $0.joined() } }
    }

    @Test("of a worker are in no line of its log and not in its status, when its manager tells them to everybody")
    func indiscreetManager() async throws {
        let folder = try TemporaryFolder()
        let manager = try StandInManager { request, _ in
            switch request.target {
            case "/api/version": return .version
            case "/api/worker/register-worker": return .json(200, #"{"uuid": "w1", "status": "", "last_activity": ""}"#)
            case "/api/worker/sign-on": return .json(200, #"{"status_requested": "awake"}"#)
            default:
                let (user, password) = request.basicCredentials ?? ("", "")
                let field = request.headers["Authorization"] ?? ""
                return .json(
                    503, #"{"code": 503, "message": "\#(user) has \#(password) and says Authorization: \#(field)"}"#)
            }
        }
        let lines = Lines()
        let log = Log(minimum: .debug, write: lines.note)
        let input = try SettingsInput(
            options: ["manager_url": manager.server.url, "api": "2022"], environment: [:], file: nil)
        let state = try StateDirectory(path: folder.path("agent"))
        let worker = try await Worker(
            WorkerParts(
                settings: Settings(input, machineName: "n"), state: state, executors: .init([]),
                programs: .init(supervisor: "/none"), clock: ContinuousClock(), log: log))
        let running = Task { await worker.run() }
        try await until { worker.inspection.status().manager.outage != nil }
        let outage = try #require(worker.inspection.status().manager.outage)
        worker.tell(.terminate)
        _ = await running.value
        let stored = try #require(try CredentialsFile(path: folder.path("agent/credentials.json")).load())
        #expect(outage.reason.contains("w1 has [secret] and says Authorization: [secret]"), "\(outage.reason)")
        #expect(lines.text.contains("w1 has [secret]"), "\(lines.text)")
        let token = Data("w1:\(stored.secret)".utf8).base64EncodedString()
        for text in [lines.text, String(decoding: try worker.inspection.status().json(), as: UTF8.self)] {
            #expect(!text.contains(stored.secret) && !text.contains(token))
        }
    }
}
